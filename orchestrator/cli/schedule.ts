import type { Command } from 'commander';
import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { paint, type Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { narrowName, narrowText, narrowTime } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { parseCount } from './parse.ts';

interface ScheduleOptions {
  plan?: string;
  limit: number;
  output: Format;
}

/** `nightshift schedule`: the latest due times of schedules and what became of each. */
export function addSchedule(program: Command, context: CliContext): void {
  program
    .command('schedule')
    .description('list the latest due times of schedules and what became of each')
    .option('--plan <name>', 'only those of this plan, such as nightly or acme/site:nightly')
    .option('-n, --limit <number>', 'how many at most, up to 200', parseCount(200), 20)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
A due time is "started", "made up" (its run was started late, since nothing ran
when it was due), "missed" (nothing ran and it was not made up for), "skipped"
(an earlier run was under way), "paused" (the plan was paused or retired) or
"failed" (its run could not be started, which is tried again). "nightshift plan
show" says when a plan is due next.

Examples:
  nightshift schedule
  nightshift schedule --plan nightly --limit 100 -o csv > due.csv`,
    )
    .action(({ plan, limit, output }: ScheduleOptions) =>
      withReader(context, async ({ client }) => {
        const ticks = await client.ticks({ first: limit, ...(plan === undefined ? {} : { plan }) });
        const isOne = new Set(ticks.map(({ project }) => project)).size < 2;
        printRows(context, ticks, tickPrinter(context.stdout, plan, isOne), output);
      }),
    );
}

type Tick = Awaited<ReturnType<Client['ticks']>>[number];

/** Plans of several projects are shown with their projects. */
function tickPrinter(stream: Terminal, plan: string | undefined, isOneProject: boolean): Printer<Tick> {
  return {
    empty: `${plan ?? 'No plan'} has ${plan === undefined ? '' : 'not '}been due yet. "nightshift up" keeps the schedule of a plan.`,
    columns: [
      { head: 'DUE', show: ({ dueAt }) => showTime(dueAt), narrow: narrowTime },
      {
        head: 'PLAN',
        show: ({ plan: name, project }) => planLabel({ project: isOneProject ? null : project, name }),
        narrow: narrowName,
      },
      { head: 'OUTCOME', show: ({ outcome }) => paintOutcome(outcome, stream) },
      { head: 'RUN OR REASON', show: ({ runId, reason }) => runId ?? reason ?? '', narrow: narrowText },
    ],
    fields: {
      plan: (tick) => tick.plan,
      due_at: ({ dueAt }) => dueAt,
      outcome: ({ outcome }) => outcome.toLowerCase(),
      run_id: ({ runId }) => runId,
      reason: ({ reason }) => reason,
      recorded_at: ({ recordedAt }) => recordedAt,
      project: ({ project }) => project,
    },
  };
}

function paintOutcome(outcome: Tick['outcome'], stream: Terminal): string {
  return paint(outcomeColours[outcome], outcome.toLowerCase().replace('_', ' '), stream);
}

const outcomeColours = {
  STARTED: 'green',
  MADE_UP: 'yellow',
  MISSED: 'red',
  SKIPPED: 'gray',
  PAUSED: 'gray',
  FAILED: 'red',
} as const;
