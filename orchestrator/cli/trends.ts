import { type Command, Option } from 'commander';
import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { formatDuration } from '../../contract/text/duration.ts';
import { printableJson } from '../../contract/text/plainText.ts';
import { plural } from '../../contract/text/plural.ts';
import { type StepOrder, stepOrders } from '../../contract/words/trends.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { narrowDetail, narrowName } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows, recordOf } from './output.ts';
import { parseCount, parseTime } from './parse.ts';

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

type Trends = Awaited<ReturnType<Client['trends']>>;
type TrendStep = Trends['steps']['nodes'][number];

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
  if (output === 'table') for (const line of describe(trends)) context.stdout.write(`${line}\n`);
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

function stepPrinter(steps: readonly TrendStep[]): Printer<TrendStep> {
  const isOneProject = new Set(steps.map(({ project }) => project)).size < 2;
  return {
    empty: 'No tasks in this time.',
    columns: [
      { head: 'STEP', show: ({ task }) => task, narrow: narrowName },
      {
        head: 'PLAN',
        show: ({ plan, project }) =>
          plan === null ? '' : planLabel({ project: isOneProject ? null : project, name: plan }),
        narrow: narrowName,
      },
      {
        head: 'TASKS',
        show: ({ succeeded, failed, skipped, open }) => String(succeeded + failed + skipped + open),
      },
      { head: 'OK', show: ({ successRate }) => percent(successRate) },
      { head: 'P50', show: ({ p50Ms }) => took(p50Ms) },
      { head: 'P95', show: ({ p95Ms }) => took(p95Ms) },
      { head: 'GROWTH', show: ({ p50Growth }) => signed(p50Growth), narrow: narrowDetail },
      {
        head: '',
        show: ({ isSlowing, isFlaky }) =>
          [isSlowing ? 'slowing' : '', isFlaky ? 'flaky' : ''].filter(Boolean).join(', '),
      },
    ],
    fields: {
      project: ({ project }) => project,
      plan: ({ plan }) => plan,
      task: ({ task }) => task,
      succeeded: ({ succeeded }) => succeeded,
      failed: ({ failed }) => failed,
      skipped: ({ skipped }) => skipped,
      open: ({ open }) => open,
      recovered: ({ recovered }) => recovered,
      turns: ({ turns }) => turns,
      success_rate: ({ successRate }) => successRate,
      success_rate_before: ({ successRateBefore }) => successRateBefore,
      p50_ms: ({ p50Ms }) => p50Ms,
      p95_ms: ({ p95Ms }) => p95Ms,
      p50_before_ms: ({ p50BeforeMs }) => p50BeforeMs,
      p95_before_ms: ({ p95BeforeMs }) => p95BeforeMs,
      p50_growth: ({ p50Growth }) => p50Growth,
      is_slowing: ({ isSlowing }) => isSlowing,
      is_flaky: ({ isFlaky }) => isFlaky,
    },
  };
}

function toJson({ since, until, timezone, completeSince, days, steps, decisions }: Trends): object {
  const { fields } = stepPrinter(steps.nodes);
  return {
    since,
    until,
    timezone,
    complete_since: completeSince,
    days: days.map(({ since, succeeded, failed, awaitingApproval, skipped, open }) => ({
      day: dateOf(since, timezone),
      ...{ since, succeeded, failed, awaiting_approval: awaitingApproval, skipped, open },
    })),
    steps: steps.nodes.map((step) => recordOf(step, fields)),
    step_count: steps.totalCount,
    decisions: {
      approved: decisions.approved,
      rejected: decisions.rejected,
      expired: decisions.expired,
      cancelled: decisions.cancelled,
      acceptance_rate: decisions.acceptanceRate,
      p50_ms: decisions.p50Ms,
      p95_ms: decisions.p95Ms,
    },
  };
}

/** The date of a moment, so many milliseconds later, on the calendar of a zone. */
function dateOf(time: string, timeZone: string, later = 0): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(Date.parse(time) + later);
}

function took(milliseconds: number | null): string {
  return milliseconds === null ? '-' : formatDuration(milliseconds);
}

function percent(rate: number | null): string {
  return rate === null ? '-' : `${Math.floor(rate * 100)}%`;
}

function signed(growth: number | null): string {
  return growth === null ? '' : `${growth < 0 ? '' : '+'}${Math.round(growth * 100)}%`;
}
