import type { Bench, Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { Connection } from '../measure/connection.ts';
import { writeRequest } from '../measure/request.ts';
import { median, ratios, type Summary, summarize } from '../measure/statistics.ts';
import type { ServerProcess } from '../servers/serverProcess.ts';

const ours = writeRequest('GET', '/agents/tasks/paged.csv?limit=10000');
const limit = writeRequest('GET', '/csv');

/** A CSV of 10,000 rows: its time, its first byte and what it takes of memory. */
export const csv: Benchmark = {
  name: 'csv',
  about: 'CSV of 10,000 rows, against COPY piped into a bare response, and its memory',
  async run(bench) {
    bench.progress('CSV of 10,000 rows');
    return [...(await measureTimes(bench)), await measureMemory(bench)];
  },
};

async function measureTimes({ servers, pace }: Bench): Promise<Figure[]> {
  const [server, bare] = await Promise.all([servers.ours('million'), servers.limit('million')]);
  const connections = await Promise.all([Connection.open(server.url), Connection.open(bare.url)]);
  const times = { ours: [] as number[], bare: [] as number[], first: [] as number[] };
  for (let turn = -3; turn < pace.blocks * 4; turn += 1) {
    const theirs = await connections[1].send(limit);
    const own = await connections[0].send(ours);
    if (own.status !== 200 || theirs.status !== 200) throw new Error('A CSV was refused.');
    if (turn < 0) continue;
    times.ours.push(own.millis);
    times.bare.push(theirs.millis);
    times.first.push(own.firstByteMillis);
  }
  for (const connection of connections) connection.close();
  const millis = (values: number[]) => `${median(values).toFixed(1)} ms`;
  return [
    {
      what: 'CSV of 10,000 rows, time to that of bare COPY',
      unit: '×',
      value: summarize(ratios(times.ours, times.bare)),
      goal: { at: 'most', value: 1.5 },
      note: `${millis(times.ours)}, bare COPY ${millis(times.bare)}`,
      details: { millis: median(times.ours), bareMillis: median(times.bare) },
    },
    {
      what: 'CSV of 10,000 rows, first byte to whole time',
      unit: '×',
      value: summarize(ratios(times.first, times.ours)),
      goal: { at: 'most', value: 0.1 },
      note: `first byte after ${millis(times.first)}`,
      details: { firstByteMillis: median(times.first) },
    },
  ];
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
    goal: { at: 'most', value: 30 },
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
