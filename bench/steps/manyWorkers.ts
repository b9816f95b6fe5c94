import pg from 'pg';
import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { summarize } from '../measure/statistics.ts';
import { within } from '../measure/within.ts';
import { readCpuMillis } from '../servers/processTimes.ts';
import type { ServerProcess } from '../servers/serverProcess.ts';
import type { WorkerProcess } from '../servers/workers.ts';
import type { Stage } from './stage.ts';

const workerCount = 4;
const stepsOfRun = 400;
const plan = 'all-at-once';

/** Whole steps a second of several workers, on one server and on two, and what a step costs each part. */
export async function measureManyWorkers(
  { databases, servers, pace, progress }: Bench,
  stage: Stage,
): Promise<Figure[]> {
  const steps = Array.from({ length: stepsOfRun }, (_, index) => ({
    task: `bench.step.${index}`,
    cmd: ['true'] as const,
  }));
  stage.writePlan(plan, { concurrency: 100, steps });
  const figures: Figure[] = [];
  for (const serverCount of [1, 2]) {
    progress(`whole steps of ${workerCount} workers on ${serverCount} servers`);
    const started: ServerProcess[] = [];
    for (let index = 0; index < serverCount; index += 1)
      started.push(await servers.fresh({ DATABASE_URL: databases.few }, 'all'));
    const workers: WorkerProcess[] = [];
    for (let index = 0; index < workerCount; index += 1) {
      const { url = '' } = started[index % serverCount] ?? {};
      workers.push(await stage.startWorker({ url, plan, name: `worker-${index}` }));
    }
    const rates: number[] = [];
    const costs: Costs[] = [];
    for (let round = -1; round < pace.repeats; round += 1) {
      const before = await readCosts(databases.few, started, workers);
      const rate = await stepsPerSecond(stage, started[0]?.url ?? '');
      if (round < 0) continue;
      rates.push(rate);
      costs.push(perStep(before, await readCosts(databases.few, started, workers)));
    }
    await Promise.all([...workers, ...started].map((one) => one.stop()));
    const middle = costs[Math.floor(costs.length / 2)] ?? noCosts;
    figures.push({
      what: `whole steps of ${workerCount} workers on ${serverCount === 1 ? 'one server' : 'two servers'} and PostgreSQL`,
      unit: '/s',
      value: summarize(rates),
      goal: { at: 'least', value: 200 },
      note: `processor time of a step: servers ${say(middle.serverMillis)}, database ${say(middle.databaseMillis)}, workers and commands ${say(middle.workerMillis)}; ${middle.transactions.toFixed(1)} transactions`,
      details: { ...middle },
    });
  }
  return figures;
}

async function stepsPerSecond(stage: Stage, url: string): Promise<number> {
  const { tasks } = await stage.run(url, plan, 250);
  const began = Math.min(...tasks.map(({ startedAt }) => startedAt));
  const ended = Math.max(...tasks.map(({ finishedAt }) => finishedAt));
  return tasks.length / ((ended - began) / 1000);
}

interface Costs extends Record<string, number | null> {
  serverMillis: number | null;
  workerMillis: number | null;
  databaseMillis: number | null;
  transactions: number;
}

const noCosts: Costs = { serverMillis: null, workerMillis: null, databaseMillis: null, transactions: 0 };

function perStep(before: Costs, after: Costs): Costs {
  const share = (name: keyof Costs) => {
    const [from, to] = [before[name], after[name]];
    return from == null || to == null ? null : (to - from) / stepsOfRun;
  };
  return {
    serverMillis: share('serverMillis'),
    workerMillis: share('workerMillis'),
    databaseMillis: share('databaseMillis'),
    transactions: share('transactions') ?? 0,
  };
}

async function readCosts(url: string, servers: ServerProcess[], workers: WorkerProcess[]): Promise<Costs> {
  const { pids, transactions } = await askDatabase(url);
  return {
    serverMillis: sum(servers.map((server) => server.cpuMillis())),
    workerMillis: sum(workers.map((worker) => worker.cpuMillis())),
    databaseMillis: sum(pids.map((pid) => readCpuMillis(pid))),
    transactions,
  };
}

/** The processes that serve connections to a database, and how many transactions it has committed. */
export async function askDatabase(url: string): Promise<{ pids: number[]; transactions: number }> {
  const client = new pg.Client({ connectionString: url, query_timeout: 20 * 60_000 });
  await within('a connection to the database', client.connect());
  try {
    // What a connection did is counted a second later, unless it asks for it itself.
    const { rows } = await client.query<{ pids: number[]; transactions: string }>(
      `SELECT array_agg(pid) AS pids, (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS transactions
       FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    return { pids: rows[0]?.pids ?? [], transactions: Number(rows[0]?.transactions ?? 0) };
  } finally {
    await client.end();
  }
}

function sum(values: (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}

function say(millis: number | null): string {
  return millis === null ? 'unknown' : `${millis.toFixed(1)} ms`;
}
