import type { Client } from '../../client/index.ts';
import { showTime } from '../text/showTime.ts';

/** The outcome of one scheduled run. */
export type ScheduledRun = Awaited<ReturnType<Client['scheduledRuns']>>[number];

/** Describes the outcome of scheduled runs: a line for each that started, and one for several with the same outcome. */
export function describeScheduledRuns(scheduledRuns: readonly ScheduledRun[]): string[] {
  const groups = Map.groupBy(scheduledRuns, ({ dueAt, runId, outcome, reason }) =>
    runId === null ? `${outcome} ${reason}` : dueAt,
  );
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [describe(first, others)] : []));
}

function describe(
  { plan, dueAt, outcome, runId, reason }: ScheduledRun,
  others: readonly ScheduledRun[],
): string {
  const last = others.at(-1);
  const due =
    last === undefined
      ? `${plan}, due at ${showTime(dueAt)}:`
      : `${plan}, due ${others.length + 1} times from ${showTime(dueAt)} to ${showTime(last.dueAt)}:`;
  switch (outcome) {
    case 'STARTED':
      return `${due} ${runId} was started`;
    case 'CAUGHT_UP':
      return `${due} ${runId} was started late, since nothing was running when it was due`;
    case 'MISSED':
      return `${due} missed, ${reason}`;
    case 'SKIPPED':
      return `${due} skipped, ${reason}`;
    case 'PAUSED':
      return `${due} nothing was started, ${reason}`;
    case 'FAILED':
      return `${due} could not be started, and will be retried: ${reason}`;
  }
}
