import { join } from 'node:path';
import { openDatabase } from '../../database/database.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { fewTasks, generateTasks } from '../data/generate.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import type { Figure } from '../figure.ts';
import { type Goal, goals } from '../goals.ts';
import { Connection } from '../measure/connection.ts';
import { type Cost, compareCosts, middleCost } from '../measure/costs.ts';
import { compareLatency } from '../measure/latency.ts';
import { backendsOf } from '../measure/processor.ts';
import { restPage } from '../measure/questions.ts';
import { writeRequest } from '../measure/request.ts';
import type { ServerProcess } from '../servers/serverProcess.ts';
import { patienceMs, within } from '../waits/within.ts';

/** How soon a server is ready, and how fast its embedded database is beside PostgreSQL. */
export const embedded: Benchmark = {
  name: 'embedded',
  about: 'starts against bare starts, and a page of the embedded database',
  async run(bench) {
    const directory = temporaryDirectory('embedded');
    return [...(await measureStarts(bench, directory)), await measurePage(bench, join(directory, 'ours-0'))];
  },
};

/** Each is a start from an empty directory, or from the one before. */
const kinds = ['first', 'later'] as const;

async function measureStarts(bench: Bench, directory: string): Promise<Figure[]> {
  const { databases, pace, progress, servers } = bench;
  const times = {
    first: { ours: [] as Cost[], bare: [] as Cost[] },
    later: { ours: [] as Cost[], bare: [] as Cost[] },
    onPostgres: { ours: [] as Cost[], bare: [] as Cost[] },
  };
  for (let repeat = 0; repeat < pace.repeats; repeat += 1) {
    const at = (side: string) => ({ NIGHTSHIFT_DATA: join(directory, `${side}-${repeat}`) });
    for (const kind of kinds) {
      progress(`${kind} start on the embedded database, beside opening it bare`);
      times[kind].ours.push(await timeStart(() => servers.fresh(at('ours'))));
      times[kind].bare.push(await timeOpening(() => servers.bare('barePglite', at('bare'))));
    }
    progress('start on PostgreSQL, beside a bare node:http');
    const onPostgres = () => servers.fresh({ DATABASE_URL: databases.few }, 'all');
    times.onPostgres.ours.push(await timeStart(onPostgres));
    times.onPostgres.bare.push(await timeStart(() => servers.bare('bareHttp')));
  }
  const figure = (what: string, of: { ours: Cost[]; bare: Cost[] }, goal: Goal): Figure => {
    const [own, other] = [middleCost(of.ours), middleCost(of.bare)];
    return {
      what,
      unit: '×',
      ...compareCosts(of.ours, of.bare),
      goal,
      note: `from the start of the process, ${own.elapsed.toFixed(0)} ms to ${other.elapsed.toFixed(0)} ms`,
      details: {
        millis: own.elapsed,
        bareMillis: other.elapsed,
        processorMillis: own.processor,
        bareProcessorMillis: other.processor,
      },
    };
  };
  return [
    figure(
      'first start on the embedded database to /ready, to opening it bare',
      times.first,
      goals.firstStart,
    ),
    figure(
      'later start on the embedded database to /ready, to opening it bare',
      times.later,
      goals.laterStart,
    ),
    figure('start on PostgreSQL to /ready, to a bare node:http', times.onPostgres, goals.startOnPostgres),
  ];
}

/** What a server takes from the start of its process to a good answer of /ready. */
async function timeStart(start: () => Promise<ServerProcess>): Promise<Cost> {
  const server = await start();
  const connection = await Connection.open(server.url);
  const { status, millis } = await connection.send(writeRequest('GET', '/ready'));
  const processor = server.cpuMillis();
  connection.close();
  await server.stop();
  if (status !== 200) throw new Error(`/ready answered ${status} after the start.`);
  return { elapsed: server.startMillis + millis, processor };
}

async function timeOpening(start: () => Promise<ServerProcess>): Promise<Cost> {
  const server = await start();
  const processor = server.cpuMillis();
  await server.stop();
  return { elapsed: server.startMillis, processor };
}

async function measurePage(bench: Bench, dataDir: string): Promise<Figure> {
  const { databases, servers, pace, progress } = bench;
  progress('filling an embedded database with 20,000 tasks');
  await fill(dataDir);
  progress('page of 50 from the embedded database, beside PostgreSQL');
  const embedded = await servers.fresh({ NIGHTSHIFT_DATA: dataDir });
  const postgres = await servers.ours('few');
  const request = restPage({});
  const { page } = await compareLatency(
    {
      url: postgres.url,
      request,
      processes: async () => [postgres, ...(await backendsOf(databases.few))],
    },
    { page: { url: embedded.url, request, processes: async () => [embedded] } },
    pace,
  );
  await embedded.stop();
  return {
    what: 'page of 50 from the embedded database, to that from PostgreSQL',
    unit: '×',
    value: page.ratio,
    processor: page.processor,
    goal: goals.embeddedPage,
    note: `${page.ours.toFixed(2)} ms, from PostgreSQL ${page.theirs.toFixed(2)} ms`,
    details: {
      millis: page.ours,
      postgresMillis: page.theirs,
      processorMillis: page.ourCpu,
      postgresProcessorMillis: page.theirCpu,
    },
  };
}

/** Puts the same few tasks into it that PostgreSQL has. */
async function fill(dataDir: string): Promise<void> {
  const limits = { statementTimeoutMillis: patienceMs, watchdogMillis: patienceMs };
  const database = await within('the embedded database to open', openDatabase({ dataDir }, limits));
  const run = (text: string) =>
    within('a statement of the embedded database', database.query<Record<string, unknown>>({ text }));
  await generateTasks(run, fewTasks);
  await within('the embedded database to close', database.close());
}
