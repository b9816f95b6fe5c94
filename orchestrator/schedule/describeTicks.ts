import type { Client } from '../../client/index.ts';

/** What became of one due time, as the server tells it. */
export type Tick = Awaited<ReturnType<Client['ticks']>>[number];

/** So many due times that were missed for one reason have a line each; more share one. */
const maxLines = 3;

/** Writes what became of due times, a line each. */
export function describeTicks(ticks: readonly Tick[]): string[] {
  const groups = Map.groupBy(ticks, ({ dueAt, outcome, reason }) => (outcome === 'MISSED' ? reason : dueAt));
  return [...groups.values()].flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined || group.length <= maxLines) return group.map(describe);
    return [
      `${first.plan}, due ${group.length} times from ${first.dueAt} to ${last.dueAt}: missed, ${first.reason}`,
    ];
  });
}

function describe({ plan, dueAt, outcome, runId, reason }: Tick): string {
  const due = `${plan}, due at ${dueAt}:`;
  switch (outcome) {
    case 'STARTED':
      return `${due} ${runId} was started`;
    case 'MADE_UP':
      return `${due} ${runId} was started late, since nothing ran when it was due`;
    case 'MISSED':
      return `${due} missed, ${reason}`;
    case 'SKIPPED':
      return `${due} left out, ${reason}`;
    case 'PAUSED':
      return `${due} nothing was started, ${reason}`;
    case 'FAILED':
      return `${due} could not be started and is tried again: ${reason}`;
  }
}
