import type { Command } from 'commander';
import { type Client, expectType, taskOf } from '../../client/index.ts';
import { plural } from '../../contract/text/plural.ts';
import { confirm } from './confirm.ts';
import {
  confirmDecision,
  nothingDone,
  printMissing,
  requireConfirmation,
  type ShownTask,
} from './confirmDecision.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { collectRefusals, decideAll, describeTask } from './decide.ts';
import { printFrozen } from './freeze.ts';
import { parseTaskOrRun } from './parse.ts';
import { printUnclaimed } from './printUnclaimed.ts';
import { describeCounts } from './taskRows.ts';

interface CancelOptions {
  message?: string;
  yes?: boolean;
}

/** `nightshift cancel`: ends tasks and runs that have not ended. */
export function addCancel(program: Command, context: CliContext): void {
  program
    .command('cancel')
    .argument('<task-or-run...>', 'task IDs and run IDs', (text: string, keys?: (number | string)[]) => [
      ...(keys ?? []),
      parseTaskOrRun(text),
    ])
    .description('cancel tasks that have not finished, or all of a run; they become skipped')
    .option('-m, --message <note>', 'note to store with the decision')
    .option('-y, --yes', 'do not ask for confirmation; required without a terminal')
    .addHelpText(
      'after',
      `
Running commands are stopped as soon as their worker is notified. Tasks of a run
that need approval stay for your decision.

Examples:
  nightshift cancel 42 43 -m "not needed any more"
  nightshift cancel nightly-2025-01-15`,
    )
    .action((keys: (number | string)[], options: CancelOptions) => {
      requireConfirmation(context, options);
      return withConnection(context, async ({ client }) => {
        const ids = [...new Set(keys.filter((key) => typeof key === 'number'))];
        const runIds = [...new Set(keys.filter((key) => typeof key === 'string'))];
        const asked = options.yes ? { ids, runIds } : await askAll(context, client, ids, runIds);
        await decideAll(context, client, 'cancel', asked.ids, { ...options, ...asked });
        for (const runId of asked.runIds) {
          await collectRefusals(context, `cancel run ${runId}`, async () => {
            const run = expectType(await client.cancelRun(runId, options.message), 'Run');
            context.stdout.write(`${run.runId}: ${describeCounts(run)}\n`);
          });
        }
      });
    });
}

/** Shows the tasks and runs that are there and asks about them; gives those and what was shown of the tasks. */
async function askAll(
  context: CliContext,
  client: Client,
  ids: readonly number[],
  runIds: readonly string[],
): Promise<{ ids: number[]; runIds: string[]; shown: ReadonlyMap<number, ShownTask> }> {
  const shown = await confirmDecision(context, client, 'cancel', ids);
  const found = await Promise.all(runIds.map((runId) => client.run(runId)));
  const runs = found.filter((run) => run != null);
  printMissing(
    context,
    'Run',
    runIds.filter((_, index) => found[index] == null),
  );
  for (const run of runs) context.print(`${run.runId}: ${describeCounts(run)}`);
  const which = runs.length === 1 ? 'this run' : `these ${plural(runs.length, 'run')}`;
  if (runs.length > 0) await confirm(context, `Cancel ${which}?`, nothingDone('cancel'));
  return { ids: [...shown.keys()], runIds: runs.map(({ runId }) => runId), shown };
}

interface RetryOptions {
  all?: boolean;
  from?: string;
}

/** `nightshift retry`: retries a task, or the failed tasks of a run. */
export function addRetry(program: Command, context: CliContext): void {
  program
    .command('retry')
    .argument('<task-or-run>', 'task ID or run ID', parseTaskOrRun)
    .description('retry a task, or the failed tasks of a run')
    .option('--all', 'of a run: every task except those that a person approved')
    .option('--from <step>', 'of a run: this step and every step that depends on it')
    .addHelpText(
      'after',
      `
Workers run the retried tasks. What succeeded or was approved is kept, unless
you ask for it.

Examples:
  nightshift retry 42
  nightshift retry nightly-2025-01-15
  nightshift retry nightly-2025-01-15 --from build.app`,
    )
    .action((key: number | string, { all, from }: RetryOptions) => {
      if (all && from !== undefined) throw new UserError('Pass --all or --from, not both.', 2);
      if (typeof key === 'number' && (all || from !== undefined))
        throw new UserError('--all and --from work with runs only; retry a task by its ID alone.', 2);
      return withConnection(context, async ({ client }) => {
        if (typeof key === 'number') {
          const task = taskOf(await client.retryTask({ databaseId: key }));
          context.stdout.write(describeTask(task, context.stdout));
          await printFrozen(context, client);
          return printUnclaimed(context, client, [task.runId]);
        }
        const mode = all ? 'ALL' : from === undefined ? 'FAILED' : 'FROM';
        const given = { runId: key, mode, ...(from === undefined ? {} : { from }) } as const;
        const run = expectType(await client.retryRun(given), 'Run');
        context.stdout.write(`${run.runId}: ${describeCounts(run)}\n`);
        await printFrozen(context, client);
        return printUnclaimed(context, client, [run.runId]);
      });
    });
}
