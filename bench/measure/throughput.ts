import type { ServerProcess } from '../servers/serverProcess.ts';
import { Connection } from './connection.ts';
import { ratios, type Summary, summarize } from './statistics.ts';

/** A server and what to ask it; `next` is called once for each request. */
export interface Target {
  server: ServerProcess;
  next: () => Buffer;
}

/** How two targets are measured in turn. */
export interface Turns {
  rounds: number;
  /** How long each side is measured in a round. */
  seconds: number;
  connections: number;
}

/** Two targets measured in turn; `ratio` is ours divided by theirs, pair by pair. */
export interface ThroughputComparison {
  ratio: Summary;
  /** Requests a second. */
  ours: Summary;
  theirs: Summary;
  /** Processor time of the server a request, in milliseconds; null where the system does not tell. */
  ourCpu: number | null;
  theirCpu: number | null;
}

/** Measures two targets in turn, the first one changing from round to round, after each was warmed up. */
export async function compareThroughput(
  ours: Target,
  theirs: Target,
  turns: Turns,
): Promise<ThroughputComparison> {
  const samples = { ours: [] as Sample[], theirs: [] as Sample[] };
  for (const target of [theirs, ours]) await sample(target, { ...turns, seconds: turns.seconds });
  for (let round = 0; round < turns.rounds; round += 1) {
    const order = round % 2 === 0 ? (['theirs', 'ours'] as const) : (['ours', 'theirs'] as const);
    for (const side of order) {
      samples[side].push(await sample(side === 'ours' ? ours : theirs, turns));
    }
  }
  const rates = (side: Sample[]) => side.map(({ perSecond }) => perSecond);
  return {
    ratio: summarize(ratios(rates(samples.ours), rates(samples.theirs))),
    ours: summarize(rates(samples.ours)),
    theirs: summarize(rates(samples.theirs)),
    ourCpu: medianCpu(samples.ours),
    theirCpu: medianCpu(samples.theirs),
  };
}

interface Sample {
  perSecond: number;
  cpuMillis: number | null;
}

async function sample({ server, next }: Target, { connections: count, seconds }: Turns): Promise<Sample> {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(server.url)));
  try {
    const cpuBefore = server.cpuMillis();
    const began = performance.now();
    const end = began + seconds * 1000;
    let done = 0;
    const ask = async (connection: Connection) => {
      while (performance.now() < end) {
        const { status } = await connection.send(next());
        if (status >= 300) throw new Error(`${server.name} answered ${status} where success was expected.`);
        done += 1;
      }
    };
    await Promise.all(connections.map(ask));
    const elapsed = performance.now() - began;
    const cpu = server.cpuMillis();
    return {
      perSecond: (done / elapsed) * 1000,
      cpuMillis: cpu === null || cpuBefore === null ? null : (cpu - cpuBefore) / done,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function medianCpu(samples: Sample[]): number | null {
  const known = samples.map(({ cpuMillis }) => cpuMillis).filter((millis) => millis !== null);
  return known.length === samples.length ? summarize(known).median : null;
}
