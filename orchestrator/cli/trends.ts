import { type Command, Option } from 'commander';
import { printableJson } from '../../contract/text/plainText.ts';
import { plural } from '../../contract/text/plural.ts';
import { wrapTo } from '../../contract/text/textWidth.ts';
import { type StepOrder, stepOrders } from '../../contract/words/trends.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { parseCount, parseTime } from './parse.ts';
import { dateOf, percent, stepPrinter, type Trends, toJson, took } from './trendRows.ts';

interface TrendsOptions {
  project?: string;
  plan?: string;
  since?: string;
  until?: string;
  timezone: string;
  sort: StepOrder;
  limit: number;
  output: Format;
}

/** `nightshift trends`: runs, durations and decisions over time. */
export function addTrends(program: Command, context: CliContext): void {
  program
    .command('trends')
    .description('show runs, durations and decisions over time')
    .option('--project <name>', 'only plans of this project, such as acme/site')
    .option('--plan <name>', 'only this plan, such as nightly or acme/site:nightly')
    .option(
      '--since <time>',
      'from the day of this time: 2025-01-15, an ISO time, or 7d; default: 30 days',
      parseTime,
    )
    .option('--until <time>', 'up to the day before this time', parseTime)
    .option('--timezone <zone>', 'whose days, such as Europe/Berlin', 'UTC')
    .addOption(new Option('--sort <order>', 'which steps come first').choices(stepOrders).default('tasks'))
    .option('-n, --limit <number>', 'maximum number of steps, up to 200', parseCount(200), 20)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
P50 and P95 are the times within which half and 95 % of the tasks that
succeeded ended, give or take 4.8 %. GROWTH compares the P50 with as many days
before. A step is slowing if it grew by 25 % and a second or more, and flaky if
tasks failed and then succeeded in the same run, or if days with and without
failures alternate. CSV has the steps, JSON everything.

Examples:
  nightshift trends
  nightshift trends --since 90d --sort slowing
  nightshift trends --plan acme/site:nightly --timezone Europe/Berlin -o json`,
    )
    .action(({ project, plan, since, until, timezone, sort, limit, output }: TrendsOptions) =>
      withReader(context, async ({ client }) => {
        const trends = await client.trends({
          ...{ project, plan, since, until, timezone },
          first: limit,
          orderBy: graphqlName(sort),
        });
        if (output === 'json') context.stdout.write(`${printableJson(toJson(trends), 2)}\n`);
        else print(context, trends, output);
      }),
    );
}

function print(context: CliContext, trends: Trends, output: 'table' | 'csv'): void {
  const { steps } = trends;
  const { stdout } = context;
  const wrapped = (line: string) =>
    stdout.isTTY ? wrapTo(line, stdout.columns || 80, { indent: 4 }).join('\n') : line;
  if (output === 'table') for (const line of describe(trends)) stdout.write(`${wrapped(line)}\n`);
  printRows(context, steps.nodes, stepPrinter(steps.nodes), output);
  if (output === 'table' && steps.totalCount > steps.nodes.length)
    context.print(
      `Showing ${steps.nodes.length} of ${plural(steps.totalCount, 'step')}. Use --limit to see more.`,
    );
}

/** What stands above the table. */
function describe({ days, decisions, since, until, timezone, completeSince }: Trends): string[] {
  const sum = (count: (day: Trends['days'][number]) => number) =>
    days.reduce((total, day) => total + count(day), 0);
  const runs = [
    [sum(({ succeeded }) => succeeded), 'succeeded'],
    [sum(({ failed }) => failed), 'failed'],
    [sum(({ awaitingApproval }) => awaitingApproval), 'awaiting approval'],
    [sum(({ skipped }) => skipped), 'skipped'],
    [sum(({ open }) => open), 'open'],
  ] as const;
  const total = runs.reduce((all, [count]) => all + count, 0);
  const parts = runs.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  const decided = decisions.approved + decisions.rejected;
  return [
    `${plural(days.length, 'day')}, ${dateOf(since, timezone)} to ${dateOf(until, timezone, -1)} (${timezone})`,
    `${plural(total, 'run')}${total > 0 ? `: ${parts.join(', ')}` : ''}`,
    ...(decided + decisions.expired > 0
      ? [
          `${plural(decided, 'decision')}: ${percent(decisions.acceptanceRate)} accepted, half within ${took(decisions.p50Ms)}, 95 % within ${took(decisions.p95Ms)}; ${decisions.expired} expired`,
        ]
      : []),
    ...(completeSince === null
      ? []
      : [`The history is still being read: complete since ${showTime(completeSince)}.`]),
    '',
  ];
}
