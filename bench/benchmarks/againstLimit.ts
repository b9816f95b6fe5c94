import type { Bench } from '../benchmark.ts';
import { busyEnough, type Figure } from '../figure.ts';
import type { Goal } from '../goals.ts';
import { compareThroughput } from '../measure/throughput.ts';

/** How many callers ask at once: enough to keep a server busy, and more than its ten connections to the database. */
const connections = 16;

/** One thing that both our server and the limit can do, each asked in its own way. */
export interface Contest {
  what: string;
  goal: Goal;
  ours: () => Buffer;
  limit: () => Buffer;
}

/** Measures how many requests a second ours answers for each one of the limit. */
export async function againstLimit(
  { servers, pace, progress }: Bench,
  database: 'million' | 'few',
  { what, goal, ours, limit }: Contest,
): Promise<Figure> {
  progress(what);
  const result = await compareThroughput(
    { server: await servers.ours(database), next: ours },
    { server: await servers.limit(database), next: limit },
    { ...pace, connections },
  );
  return {
    what,
    unit: '×',
    value: result.ratio,
    processor: result.processor,
    busy: lessOf(result.ourBusy, result.theirBusy),
    goal,
    note: [
      `${result.ours.median.toFixed(0)}/s, the limit ${result.theirs.median.toFixed(0)}/s`,
      ...idleWords(result.ourBusy, result.theirBusy),
    ].join('; '),
    details: {
      oursPerSecond: result.ours.median,
      limitPerSecond: result.theirs.median,
      oursProcessorMillis: result.ourCpu,
      limitProcessorMillis: result.theirCpu,
      oursBusy: result.ourBusy,
      limitBusy: result.theirBusy,
    },
  };
}

function lessOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.min(one, other);
}

function idleWords(ours: number | null, theirs: number | null): string[] {
  if (ours === null || theirs === null || Math.min(ours, theirs) >= busyEnough) return [];
  return [`busy for ${percent(ours)} of the time, the limit for ${percent(theirs)}`];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
