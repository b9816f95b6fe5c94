import type { Bench, Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { Connection } from '../measure/connection.ts';
import { backendsOf, countProcessor } from '../measure/processor.ts';
import { writeRequest } from '../measure/request.ts';
import { median, ratios, type Summary, summarize } from '../measure/statistics.ts';
import type { ServerProcess } from '../servers/serverProcess.ts';

const ours = writeRequest('GET', '/agents/tasks/paged.csv?limit=10000');
const limit = writeRequest('GET', '/csv');

/** A CSV of 10,000 rows: its time, its first byte and what it takes of memory. */
export const csv: Benchmark = {
  name: 'csv',
  about: 'CSV of 10,000 rows against a bare COPY, and its memory',
  async run(bench) {
    bench.progress('CSV of 10,000 rows');
    return [...(await measureTimes(bench)), await measureMemory(bench)];
  },
};

async function measureTimes({ databases, servers, pace }: Bench): Promise<Figure[]> {
  const sides = {
    ours: await openSide(await servers.ours('million'), ours),
    bare: await openSide(await servers.limit('million'), limit),
  };
  for (let turn = -3; turn < pace.blocks * 4; turn += 1) {
    const backends = await backendsOf(databases.million);
    for (const side of [sides.bare, sides.ours]) {
      const since = countProcessor([side.server, ...backends]);
      const { status, millis, firstByteMillis } = await side.connection.send(side.request);
      if (status !== 200) throw new Error(`${side.server.name} answered ${status} to a request for a CSV.`);
      const cpu = since();
      if (turn < 0) continue;
      side.millis.push(millis);
      side.firstByte.push(firstByteMillis);
      if (cpu !== null) side.cpu.push(cpu);
    }
  }
  for (const { connection } of Object.values(sides)) connection.close();
  const say = (values: number[]) => `${median(values).toFixed(1)} ms`;
  const isKnown = Object.values(sides).every(({ cpu, millis }) => cpu.length === millis.length);
  return [
    {
      what: 'CSV of 10,000 rows, time to that of bare COPY',
      unit: '×',
      value: summarize(ratios(sides.ours.millis, sides.bare.millis)),
      processor: isKnown ? summarize(ratios(sides.ours.cpu, sides.bare.cpu)) : null,
      goal: goals.csvTime,
      note: `${say(sides.ours.millis)}, bare COPY ${say(sides.bare.millis)}`,
      details: {
        millis: median(sides.ours.millis),
        bareMillis: median(sides.bare.millis),
        processorMillis: isKnown ? median(sides.ours.cpu) : null,
        bareProcessorMillis: isKnown ? median(sides.bare.cpu) : null,
      },
    },
    {
      what: 'CSV of 10,000 rows, first byte to whole time',
      unit: '×',
      value: summarize(ratios(sides.ours.firstByte, sides.ours.millis)),
      goal: goals.csvFirstByte,
      note: `first byte after ${say(sides.ours.firstByte)}`,
      details: { firstByteMillis: median(sides.ours.firstByte) },
    },
  ];
}

async function openSide(server: ServerProcess, request: Buffer) {
  const times = { millis: [] as number[], firstByte: [] as number[], cpu: [] as number[] };
  return { server, request, connection: await Connection.open(server.url), ...times };
}

/** Reads the CSV from a server that has done nothing but a small one before; the worst of three counts. */
async function measureMemory({ servers, databases, pace }: Bench): Promise<Figure> {
  const value: Figure['value'] = await worstOf(pace.repeats, () =>
    servers.fresh({ DATABASE_URL: databases.million }),
  );
  return {
    what: 'CSV of 10,000 rows, memory above idle',
    unit: 'MB',
    value,
    goal: goals.csvMemory,
    note:
      value === null ? 'this system does not tell the memory of a process' : 'the worst of three in a row',
  };
}

async function worstOf(repeats: number, start: () => Promise<ServerProcess>): Promise<Summary | null> {
  const worst: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const server = await start();
    const connection = await Connection.open(server.url);
    await connection.send(writeRequest('GET', '/agents/tasks/paged.csv?limit=1'));
    server.forgetPeak();
    const idle = server.memory();
    for (let turn = 0; turn < 3; turn += 1) await connection.send(ours);
    const peak = server.peakMemory();
    connection.close();
    await server.stop();
    if (idle === null || peak === null) return null;
    worst.push((peak - idle) / 1024 / 1024);
  }
  return summarize(worst);
}
