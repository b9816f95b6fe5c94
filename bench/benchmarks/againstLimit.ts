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
  const rate = (perSecond: number) => perSecond.toFixed(0);
  const cpu = (millis: number | null) => (millis === null ? '' : ` at ${millis.toFixed(2)} ms of processor`);
  return {
    what,
    unit: '×',
    value: result.ratio,
    goal,
    note: `${rate(result.ours.median)}/s${cpu(result.ourCpu)}, the limit ${rate(result.theirs.median)}/s${cpu(result.theirCpu)}`,
    details: {
      oursPerSecond: result.ours.median,
      limitPerSecond: result.theirs.median,
      oursProcessorMillis: result.ourCpu,
      limitProcessorMillis: result.theirCpu,
    },
  };
}
