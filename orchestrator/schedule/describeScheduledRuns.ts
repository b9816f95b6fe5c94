import type { Client } from '../../client/index.ts';
import { showTime } from '../text/showTime.ts';

/** What became of one due time, as the server tells it. */
export type ScheduledRun = Awaited<ReturnType<Client['scheduledRuns']>>[number];

/** Writes what became of due times: a line for each that started something, and one for several that came to the same. */
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
      return `${due} ${runId} was started late, since nothing ran when it was due`;
    case 'MISSED':
      return `${due} missed, ${reason}`;
    case 'SKIPPED':
      return `${due} left out, ${reason}`;
    case 'PAUSED':
      return `${due} nothing was started, ${reason}`;
    case 'FAILED':
      return `${due} could not be started and ${last === undefined ? 'is' : 'are'} tried again: ${reason}`;
  }
}
