import { type Command, Option } from 'commander';
import type { Run, Task } from '../../client/index.ts';
import { approvalStates } from '../../contract/words/approvals.ts';
import { type RunStatus, runStatuses } from '../../contract/words/runStatus.ts';
import { type TaskStatus, taskStatuses } from '../../contract/words/taskStatus.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { printFrozen } from './freeze.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { collect, collectOf, parseCount, parseTime } from './parse.ts';
import { runPrinter, taskPrinter } from './taskRows.ts';

interface RunsOptions {
  status?: RunStatus[];
  project?: string[];
  plan?: string[];
  label?: string[];
  since?: string;
  until?: string;
  limit: number;
  output: Format;
}

interface ListOptions {
  status?: TaskStatus[];
  task?: string[];
  run?: string[];
  approval?: (typeof approvalStates)[number][];
  since?: string;
  until?: string;
  text?: string;
  limit: number;
  acknowledged?: true;
  unacknowledged?: true;
  output: Format;
}

/** `nightshift list`: tasks, newest first. */
export function addList(program: Command, context: CliContext): void {
  program
    .command('list')
    .description('list tasks, newest first')
    .option(
      '-s, --status <status>',
      `only these: ${taskStatuses.join(', ')}; repeatable`,
      collectOf(taskStatuses),
    )
    .option('-t, --task <name>', 'only this step, e.g. seo.validate; repeatable', collect)
    .option('-r, --run <id>', 'only this run, e.g. nightly-2025-01-15; repeatable', collect)
    .option(
      '--approval <state>',
      `only in this state of approval: ${approvalStates.join(', ')}; repeatable`,
      collectOf(approvalStates),
    )
    .option(
      '--since <time>',
      'started at or after this time: 2025-01-15, an ISO time, or 7d (days ago)',
      parseTime,
    )
    .option('--until <time>', 'started before this time', parseTime)
    .addOption(
      new Option('--acknowledged', 'only failures that somebody acknowledged').conflicts('unacknowledged'),
    )
    .option('--unacknowledged', 'only failures that nobody acknowledged')
    .option('--text <text>', 'with this in step, run, reason, note or link; last 30 days')
    .option('-n, --limit <number>', 'maximum number of rows, up to 10000', parseCount(10_000), 50)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  nightshift list --status failed --since 7d
  nightshift list --text 'no space left' --since 90d
  nightshift list --run nightly-2025-01-15 -o json
  nightshift list --limit 10000 -o csv > tasks.csv`,
    )
    .action((options: ListOptions) =>
      withReader(context, async ({ client }) => {
        const filter = {
          status: options.status?.map(graphqlName),
          task: options.task,
          runId: options.run,
          approvalState: options.approval?.map(graphqlName),
          since: options.since,
          until: options.until,
          acknowledged: options.acknowledged ?? (options.unacknowledged ? false : undefined),
          text: options.text,
        };
        await printFrozen(context, client);
        const { rows, more } = await take(
          client.walkTasks(filter, { pageSize: Math.min(200, options.limit + 1) }),
          options.limit,
        );
        printRows<Task>(context, rows, taskPrinter(context.stdout, 'No task matches.'), options.output);
        if (more) printMore(context, rows.length);
      }),
    );
}

/** `nightshift runs`: runs with the outcome of their tasks. */
export function addRuns(program: Command, context: CliContext): void {
  program
    .command('runs')
    .description('list runs with the outcome of their tasks, newest first')
    .option(
      '-s, --status <status>',
      `only these: ${runStatuses.join(', ')}; repeatable`,
      collectOf(runStatuses),
    )
    .option('--project <name>', 'only this project, e.g. acme/site; repeatable', collect)
    .option('--plan <name>', 'only this plan: nightly or acme/site:nightly; repeatable', collect)
    .option('--label <label>', 'with a step only for workers with this label; repeatable', collect)
    .option(
      '--since <time>',
      'created at or after this time: 2025-01-15, an ISO time, or 7d (days ago)',
      parseTime,
    )
    .option('--until <time>', 'created before this time', parseTime)
    .option('-n, --limit <number>', 'maximum number of rows, up to 1000', parseCount(1000), 20)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  nightshift runs --limit 5
  nightshift runs --plan nightly --status failed --since 30d`,
    )
    .action(({ limit, output, status, ...given }: RunsOptions) =>
      withReader(context, async ({ client }) => {
        await printFrozen(context, client);
        const filter = { ...given, status: status?.map(graphqlName) };
        const isFiltered = Object.values(filter).some((values) => values !== undefined);
        const { rows, more } = await take(
          client.walkRuns(filter, { pageSize: Math.min(200, limit + 1) }),
          limit,
        );
        printRows<Run>(
          context,
          rows,
          runPrinter(isFiltered ? 'No run matches.' : 'There are no runs yet. Start one: nightshift run'),
          output,
        );
        if (more) printMore(context, rows.length);
      }),
    );
}

/** Says that a list has more rows than were asked for. */
export function printMore({ print }: CliContext, shown: number): void {
  print(
    `Showing only the newest ${shown === 1 ? 'one' : shown.toLocaleString('en')}. Use --limit to see more.`,
  );
}

/** Reads at most so many, and says whether there are more. */
export async function take<T>(
  source: AsyncIterable<T>,
  limit: number,
): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = [];
  for await (const row of source) {
    if (rows.length === limit) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}
