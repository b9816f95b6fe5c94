import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { backendsOf, countProcessor, transactionsOf } from '../measure/processor.ts';
import { summarize } from '../measure/statistics.ts';
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
    progress(`${workerCount} workers on ${serverCount === 1 ? 'one server' : 'two servers'}`);
    const started: ServerProcess[] = [];
    for (let index = 0; index < serverCount; index += 1)
      started.push(await servers.fresh({ DATABASE_URL: databases.few }, 'all'));
    const workers: WorkerProcess[] = [];
    for (let index = 0; index < workerCount; index += 1) {
      const { url = '' } = started[index % serverCount] ?? {};
      workers.push(await stage.startWorker({ url, plans: [plan], name: `worker-${index}` }));
    }
    const rates: number[] = [];
    const costs: Costs[] = [];
    for (let round = -1; round < pace.repeats; round += 1) {
      const since = await countCosts(databases.few, started, workers);
      const rate = await stepsPerSecond(stage, started[0]?.url ?? '');
      if (round < 0) continue;
      rates.push(rate);
      costs.push(await since(stepsOfRun));
    }
    await Promise.all([...workers, ...started].map((one) => one.stop()));
    const middle = costs[Math.floor(costs.length / 2)];
    if (middle === undefined) throw new Error('Expected at least one round.');
    figures.push({
      what: `steps of \`true\` by ${workerCount} workers on ${serverCount === 1 ? 'one server' : 'two servers'}`,
      unit: '/s',
      value: summarize(rates),
      note: `processor time of a step: servers ${say(middle.serverMillis)}, database ${say(middle.databaseMillis)}, workers and commands ${say(middle.workerMillis)}`,
      details: { ...middle },
    });
  }
  return figures;
}

async function stepsPerSecond(stage: Stage, url: string): Promise<number> {
  const { tasks } = await stage.run(url, plan, { everyMs: 250 });
  const began = Math.min(...tasks.map(({ startedAt }) => startedAt));
  const ended = Math.max(...tasks.map(({ finishedAt }) => finishedAt));
  return tasks.length / ((ended - began) / 1000);
}

/** What a step takes of each part. */
interface Costs extends Record<string, number | null> {
  serverMillis: number | null;
  workerMillis: number | null;
  databaseMillis: number | null;
  transactions: number;
}

/** Begins to count; what it gives tells what each of so many steps took since. */
async function countCosts(url: string, servers: ServerProcess[], workers: WorkerProcess[]) {
  const transactions = await transactionsOf(url);
  const server = countProcessor(servers);
  const database = countProcessor(await backendsOf(url));
  const worker = countProcessor(workers.map(({ pid }) => ({ pid, children: true })));
  return async (steps: number): Promise<Costs> => {
    const share = (millis: number | null) => (millis === null ? null : millis / steps);
    return {
      serverMillis: share(server()),
      workerMillis: share(worker()),
      databaseMillis: share(database()),
      transactions: ((await transactionsOf(url)) - transactions) / steps,
    };
  };
}

function say(millis: number | null): string {
  return millis === null ? 'unknown' : `${millis.toFixed(1)} ms`;
}
