import type { Command } from 'commander';
import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { factsOfOutcome } from '../../contract/words/schedule.ts';
import { wordOf } from '../../contract/words/words.ts';
import { paint, type Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { printFrozen } from './freeze.ts';
import { narrowName, narrowText, narrowTime } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { parseCount } from './parse.ts';

interface ScheduleOptions {
  plan?: string;
  limit: number;
  output: Format;
}

/** `nightshift schedule`: recent scheduled runs and their outcome. */
export function addSchedule(program: Command, context: CliContext): void {
  program
    .command('schedule')
    .description('list recent scheduled runs and their outcome')
    .option('--plan <name>', 'only this plan, such as nightly or acme/site:nightly')
    .option('-n, --limit <number>', 'maximum number of rows, up to 200', parseCount(200), 20)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
A scheduled run is "started", "caught up" (started late, since nothing was
running when it was due), "missed" (nothing was running, and it was not caught
up), "skipped" (an earlier run was still in progress), "paused" (the plan was
paused or retired, or the server frozen) or "failed" (it could not be started,
and is retried).
"nightshift plan show" shows the next run of a plan.

Examples:
  nightshift schedule
  nightshift schedule --plan nightly --limit 100 -o csv > due.csv`,
    )
    .action(({ plan, limit, output }: ScheduleOptions) =>
      withReader(context, async ({ client }) => {
        await printFrozen(context, client);
        const rows = await client.scheduledRuns({ first: limit, ...(plan === undefined ? {} : { plan }) });
        const isOne = new Set(rows.map(({ project }) => project)).size < 2;
        printRows(context, rows, scheduledRunPrinter(context.stdout, plan, isOne), output);
      }),
    );
}

type ScheduledRun = Awaited<ReturnType<Client['scheduledRuns']>>[number];

/** Plans of several projects are shown with their projects. */
function scheduledRunPrinter(
  stream: Terminal,
  plan: string | undefined,
  isOneProject: boolean,
): Printer<ScheduledRun> {
  return {
    empty: `${plan === undefined ? 'There are' : `${plan} has`} no scheduled runs yet. "nightshift up" runs plans on their schedules.`,
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
      plan: ({ plan: name }) => name,
      due_at: ({ dueAt }) => dueAt,
      outcome: ({ outcome }) => wordOf(outcome),
      run_id: ({ runId }) => runId,
      reason: ({ reason }) => reason,
      recorded_at: ({ recordedAt }) => recordedAt,
      project: ({ project }) => project,
    },
  };
}

function paintOutcome(outcome: ScheduledRun['outcome'], stream: Terminal): string {
  const { colour, label } = factsOfOutcome(outcome);
  return paint(colour, label, stream);
}
