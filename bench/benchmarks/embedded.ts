import { join } from 'node:path';
import { openDatabase } from '../../database/database.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { fewTasks, generateTasks } from '../data/generate.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import type { Figure, Goal } from '../figure.ts';
import { Connection } from '../measure/connection.ts';
import { compareLatency } from '../measure/latency.ts';
import { restPage } from '../measure/questions.ts';
import { writeRequest } from '../measure/request.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import { patienceMs, within } from '../waits/within.ts';

/** The server on its embedded database: how soon it answers, and how fast beside PostgreSQL. */
export const embedded: Benchmark = {
  name: 'embedded',
  about: 'start on the embedded database until /ready, and a page from it against PostgreSQL',
  async run(bench) {
    bench.progress('starts on the embedded database');
    const directory = temporaryDirectory('embedded');
    const starts = await measureStarts(bench, directory);
    bench.progress('page of 50 from the embedded database, beside PostgreSQL');
    return [...starts, await measurePage(bench, join(directory, '0'))];
  },
};

async function measureStarts(bench: Bench, directory: string): Promise<Figure[]> {
  const times = { first: [] as number[], later: [] as number[] };
  for (let repeat = 0; repeat < bench.pace.repeats; repeat += 1) {
    const dataDir = join(directory, String(repeat));
    for (const kind of ['first', 'later', 'later'] as const)
      times[kind].push(await timeStart(bench, dataDir));
  }
  const figure = (what: string, value: Summary, goal: Goal): Figure => {
    return { what, unit: 'ms', value, goal, note: 'from the start of the process to the first answer' };
  };
  return [
    figure('start of the embedded server to /ready, first time', summarize(times.first), {
      at: 'most',
      value: 5000,
    }),
    figure('start of the embedded server to /ready, later', summarize(times.later), {
      at: 'most',
      value: 1500,
    }),
  ];
}

async function timeStart({ servers }: Bench, dataDir: string): Promise<number> {
  const server = await servers.fresh({ NIGHTSHIFT_DATA: dataDir });
  const connection = await Connection.open(server.url);
  const { status, millis } = await connection.send(writeRequest('GET', '/ready'));
  connection.close();
  await server.stop();
  if (status !== 200) throw new Error(`/ready answered ${status} after the start.`);
  return server.startMillis + millis;
}

async function measurePage({ servers, pace }: Bench, dataDir: string): Promise<Figure> {
  await fill(dataDir);
  const embedded = await servers.fresh({ NIGHTSHIFT_DATA: dataDir });
  const postgres = await servers.ours('few');
  const request = restPage({});
  const { page } = await compareLatency(
    { url: postgres.url, request },
    { page: { url: embedded.url, request } },
    pace,
  );
  await embedded.stop();
  return {
    what: 'page of 50 from the embedded database, time to that from PostgreSQL',
    unit: '×',
    value: page.ratio,
    goal: { at: 'most', value: 3 },
    note: `${page.ours.toFixed(2)} ms, from PostgreSQL ${page.theirs.toFixed(2)} ms`,
    details: { millis: page.ours, postgresMillis: page.theirs },
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
