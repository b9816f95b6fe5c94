import type { Command } from 'commander';
import { type Client, expectType, taskOf } from '../../client/index.ts';
import { withConnection } from './connect.ts';
import { type CliContext, CliFault } from './context.ts';
import { describeCounts, paintStatus } from './taskRows.ts';

interface RetryOptions {
  all?: boolean;
  from?: string;
}

/** `nightshift retry` and `nightshift stop`: repeats or ends what workers do. */
export function addSteering(program: Command, context: CliContext): void {
  program
    .command('retry <task-or-run>')
    .description('make a task again by its number, or of a run what failed')
    .option('--all', 'of a run everything, but for what a human approved')
    .option('--from <step>', 'of a run this step and all that needs it')
    .addHelpText(
      'after',
      `
Workers carry it out. What succeeded or was approved is kept, unless you ask for it.

Examples:
  nightshift retry 42
  nightshift retry nightly-2025-01-15
  nightshift retry nightly-2025-01-15 --from build.app`,
    )
    .action((key: string, options: RetryOptions) => {
      const id = taskNumber(key);
      checkOptions(options, id !== undefined);
      return withConnection(context, async ({ client }) => {
        if (id === undefined) return retryRun(context, client, key, options);
        const { databaseId, task, runId, status } = taskOf(await client.retryTask({ databaseId: id }));
        const now = paintStatus(status.toLowerCase(), context.stdout);
        context.stdout.write(`${databaseId} ${task} of ${runId}: ${now}\n`);
      });
    });
  program
    .command('stop <run>')
    .description('cancel what is queued or running of a run')
    .option('-m, --message <note>', 'why, kept with the decision')
    .addHelpText(
      'after',
      '\nIts commands are ended; what awaits approval stays.\n\nExample:\n  nightshift stop nightly-2025-01-15',
    )
    .action((runId: string, { message }: { message?: string }) =>
      withConnection(context, async ({ client }) => {
        const run = expectType(await client.cancelRun(runId, message), 'Run');
        context.stdout.write(`${run.runId}: ${describeCounts(run)}\n`);
      }),
    );
}

function checkOptions({ all, from }: RetryOptions, isTask: boolean): void {
  if (all && from !== undefined) throw new CliFault('Give --all or --from, not both.', 2);
  if (isTask && (all || from !== undefined))
    throw new CliFault('--all and --from are for runs; a task is made again by its number alone.', 2);
}

async function retryRun(
  context: CliContext,
  client: Client,
  runId: string,
  { all, from }: RetryOptions,
): Promise<void> {
  const mode = all ? 'ALL' : from === undefined ? 'FAILED' : 'FROM';
  const given = { runId, mode, ...(from === undefined ? {} : { from }) } as const;
  const run = expectType(await client.retryRun(given), 'Run');
  context.stdout.write(`${run.runId}: ${describeCounts(run)}\n`);
}

/** The number of a task; a run's id is something else. */
function taskNumber(key: string): number | undefined {
  return /^\d{1,10}$/.test(key) && Number(key) <= 2_147_483_647 ? Number(key) : undefined;
}
