import type { Bench } from '../benchmark.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import type { Figure } from '../figure.ts';
import { median, summarize } from '../measure/statistics.ts';
import type { BareSteps } from './bareSteps.ts';
import type { Stage } from './stage.ts';

const stepsOfRun = 40;
const plan = 'one-by-one';

/**
 * A whole step of `true`, one after the other by one worker: from one lease to the next, by the database's clock. In
 * turn with what it cannot be below: spawning alone, and two bare calls with a row each around a spawn.
 */
export async function measureWholeSteps(
  { servers, pace, progress }: Bench,
  stage: Stage,
  bare: BareSteps,
): Promise<Figure[]> {
  progress('whole steps of `true`, one by one');
  const steps = Array.from({ length: stepsOfRun }, (_, index) => ({
    task: `bench.step.${index}`,
    cmd: ['true'] as const,
  }));
  stage.writePlan(plan, { concurrency: 1, steps });
  const [postgres, embedded, limit] = [
    await servers.ours('few'),
    await servers.fresh({ NIGHTSHIFT_DATA: temporaryDirectory('embedded') }),
    await servers.limit('few'),
  ];
  const workers = [
    await stage.startWorker({ url: postgres.url, plans: [plan], name: 'postgres' }),
    await stage.startWorker({ url: embedded.url, plans: [plan], name: 'embedded' }),
  ];
  const times = {
    postgres: [] as number[],
    embedded: [] as number[],
    spawns: [] as number[],
    calls: [] as number[],
  };
  const sides = {
    postgres: async () => millisOfStep(stage, postgres.url),
    embedded: async () => millisOfStep(stage, embedded.url),
    spawns: async () => (await bare.run({ count: stepsOfRun, atOnce: 1 })) / stepsOfRun,
    calls: async () => (await bare.run({ count: stepsOfRun, atOnce: 1, url: limit.url })) / stepsOfRun,
  };
  for (let block = -1; block < pace.blocks; block += 1) {
    for (const name of Object.keys(sides) as (keyof typeof sides)[]) {
      const millis = await sides[name]();
      if (block >= 0) times[name].push(millis);
    }
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  await embedded.stop();

  const [spawnMillis, callMillis] = [median(times.spawns), median(times.calls)];
  const beside = `bare spawning ${spawnMillis.toFixed(1)} ms, with two bare calls ${callMillis.toFixed(1)} ms`;
  return (['postgres', 'embedded'] as const).map((side) => ({
    what: `a whole step of \`true\` (lease, spawn, report, outcome) at concurrency 1, ${
      side === 'postgres' ? 'on PostgreSQL' : 'on the embedded database'
    }`,
    unit: 'ms',
    value: summarize(times[side]),
    note: `${beside}: ${(median(times[side]) - spawnMillis).toFixed(1)} ms above spawning`,
    details: {
      bareSpawnMillis: spawnMillis,
      bareCallsMillis: callMillis,
      aboveSpawningMillis: median(times[side]) - spawnMillis,
      toSpawning: median(times[side]) / spawnMillis,
      toBareCalls: median(times[side]) / callMillis,
    },
  }));
}

async function millisOfStep(stage: Stage, url: string): Promise<number> {
  const { tasks } = await stage.run(url, plan);
  const [first, last] = [tasks[0], tasks.at(-1)];
  if (first === undefined || last === undefined) throw new Error('The run has no tasks.');
  return (last.startedAt - first.startedAt) / (tasks.length - 1);
}
