import type { Bench } from '../benchmark.ts';
import type { Figure, Goal } from '../figure.ts';
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
  const byProcessor = result.ourCpu && result.theirCpu ? result.theirCpu / result.ourCpu : null;
  const busy = result.theirCpu === null ? null : (result.theirCpu * result.theirs.median) / 1000;
  return {
    what,
    unit: '×',
    value: result.ratio,
    goal,
    note: [
      `${result.ours.median.toFixed(0)}/s, the limit ${result.theirs.median.toFixed(0)}/s`,
      ...(byProcessor === null ? [] : [`by processor time ${byProcessor.toFixed(2)} ×`]),
      ...(busy !== null && busy < enough ? [`the limit was busy for ${(busy * 100).toFixed(0)} % only`] : []),
    ].join('; '),
    details: {
      oursPerSecond: result.ours.median,
      limitPerSecond: result.theirs.median,
      oursProcessorMillis: result.ourCpu,
      limitProcessorMillis: result.theirCpu,
      byProcessor,
      limitBusy: busy,
    },
  };
}

/** When the limit has idle time, the database or the machine was slower than both servers, which hides our costs. */
const enough = 0.8;
