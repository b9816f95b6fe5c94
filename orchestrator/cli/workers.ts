import type { Command } from 'commander';
import type { Worker } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { printMore, take } from './list.ts';
import { narrowDetail, narrowName, narrowTime, narrowWrapped } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';

/** `nightshift workers`: who works for the server, and what each runs. */
export function addWorkers(program: Command, context: CliContext): void {
  program
    .command('workers')
    .description('list the workers of the server, and what each runs')
    .option('-a, --all', 'those that were last seen within a day too')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
A worker is gone if it was not heard of for four times a lease: 2 minutes. JSON
and CSV have the hashes of its plans, and what it runs on.

Examples:
  nightshift workers
  nightshift workers --all -o json`,
    )
    .action(({ all = false, output }: { all?: boolean; output: Format }) =>
      withReader(context, async ({ client }) => {
        const walk = client.walkWorkers(all ? {} : { states: ['BUSY', 'IDLE', 'DRAINING'] });
        const { rows, more } = await take(walk, maxShown);
        printRows(context, rows, printer, output);
        if (more) printMore(context, rows.length);
      }),
    );
}

const maxShown = 1000;

const printer: Printer<Worker> = {
  empty: 'No worker is running. Start one with "nightshift up" or "nightshift worker".',
  columns: [
    { head: 'WORKER', show: ({ worker }) => worker, narrow: narrowName },
    { head: 'STATE', show: ({ state }) => wordOf(state) },
    { head: 'SEEN', show: ({ lastSeenAt }) => showTime(lastSeenAt), narrow: narrowTime },
    { head: 'VERSION', show: describeVersion, narrow: narrowWrapped },
    { head: 'PLANS', show: ({ plans }) => labelsOf(plans).join(', '), narrow: narrowWrapped },
    { head: 'LABELS', show: ({ labels }) => labels.join(', '), narrow: narrowWrapped },
    { head: 'RUNS', show: describeRunning, narrow: narrowWrapped },
    { head: 'PLATFORM', show: ({ platform }) => platform ?? '', narrow: narrowDetail },
  ],
  fields: {
    worker: ({ worker }) => worker,
    state: ({ state }) => wordOf(state),
    last_seen_at: ({ lastSeenAt }) => lastSeenAt,
    started_at: ({ startedAt }) => startedAt,
    version: ({ version }) => version,
    protocol: ({ protocol }) => protocol,
    is_outdated: ({ isOutdated }) => isOutdated,
    node: ({ node }) => node,
    platform: ({ platform }) => platform,
    concurrency: ({ concurrency }) => concurrency,
    labels: ({ labels }) => labels,
    plans: ({ plans }) => plans,
    running: ({ running }) => running,
    attempts: ({ attempts }) =>
      attempts.map(({ number, startedAt, task }) => ({
        task_id: task.databaseId,
        task: task.task,
        run_id: task.runId,
        number,
        started_at: startedAt,
      })),
  },
};

function describeVersion({ version, isOutdated }: Worker): string {
  if (version === null) return 'unknown';
  return isOutdated ? `${version}, outdated` : version;
}

/** Each plan once, however many of its contents are offered. */
function labelsOf(plans: Worker['plans']): string[] {
  return [...new Set(plans.map(({ project, plan }) => planLabel({ project, name: plan })))];
}

function describeRunning({ attempts, running, concurrency }: Worker): string {
  const of = concurrency === null ? '' : ` of ${concurrency}`;
  if (running === 0) return concurrency === null ? '' : `0${of}`;
  const named = attempts.slice(0, 3).map(({ task }) => `${task.task} #${task.databaseId}`);
  const rest = running - named.length;
  const more = rest > 0 ? [`${rest} more`] : [];
  return `${running}${of}: ${[...named, ...more].join(', ')}`;
}
