import type { ServerProcess } from '../servers/serverProcess.ts';
import { Connection } from './connection.ts';
import { countProcessor } from './processor.ts';
import { median, ratios, type Summary, summarize } from './statistics.ts';

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

/** Two targets measured in turn; both ratios say how much ours does for what theirs does, pair by pair. */
export interface ThroughputComparison {
  /** By requests a second. */
  ratio: Summary;
  /** By processor time of the servers a request; null where the system does not tell. */
  processor: Summary | null;
  /** Requests a second. */
  ours: Summary;
  theirs: Summary;
  /** Processor time of the server a request, in milliseconds; null where the system does not tell. */
  ourCpu: number | null;
  theirCpu: number | null;
  /** The share of its time in which each server worked, from 0 to 1; null where the system does not tell. */
  ourBusy: number | null;
  theirBusy: number | null;
}

/** Measures two targets in turn, the first one changing from round to round, after each was warmed up. */
export async function compareThroughput(
  ours: Target,
  theirs: Target,
  turns: Turns,
): Promise<ThroughputComparison> {
  const samples = { ours: [] as Sample[], theirs: [] as Sample[] };
  for (const target of [theirs, ours]) await sample(target, turns);
  for (let round = 0; round < turns.rounds; round += 1) {
    const order = round % 2 === 0 ? (['theirs', 'ours'] as const) : (['ours', 'theirs'] as const);
    for (const side of order) {
      samples[side].push(await sample(side === 'ours' ? ours : theirs, turns));
    }
  }
  const rates = (side: Sample[]) => side.map(({ perSecond }) => perSecond);
  const cpu = { ours: known(samples.ours, 'cpuMillis'), theirs: known(samples.theirs, 'cpuMillis') };
  const busy = { ours: known(samples.ours, 'busy'), theirs: known(samples.theirs, 'busy') };
  return {
    ratio: summarize(ratios(rates(samples.ours), rates(samples.theirs))),
    processor: cpu.ours && cpu.theirs && summarize(ratios(cpu.theirs, cpu.ours)),
    ours: summarize(rates(samples.ours)),
    theirs: summarize(rates(samples.theirs)),
    ourCpu: cpu.ours && median(cpu.ours),
    theirCpu: cpu.theirs && median(cpu.theirs),
    ourBusy: busy.ours && median(busy.ours),
    theirBusy: busy.theirs && median(busy.theirs),
  };
}

interface Sample {
  perSecond: number;
  /** Of a request. */
  cpuMillis: number | null;
  busy: number | null;
}

async function sample({ server, next }: Target, { connections: count, seconds }: Turns): Promise<Sample> {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(server.url)));
  try {
    const cpuSince = countProcessor([server]);
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
    const cpu = cpuSince();
    return {
      perSecond: (done / elapsed) * 1000,
      cpuMillis: cpu === null ? null : cpu / done,
      busy: cpu === null ? null : cpu / elapsed,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function known(samples: Sample[], field: 'cpuMillis' | 'busy'): number[] | null {
  const values = samples.map((sample) => sample[field]).filter((value) => value !== null);
  return values.length === samples.length ? values : null;
}
