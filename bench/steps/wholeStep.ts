import { execa } from 'execa';
import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { Connection } from '../measure/connection.ts';
import { writeRequest } from '../measure/request.ts';
import { median, summarize } from '../measure/statistics.ts';
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
  embeddedDir: string,
): Promise<Figure[]> {
  progress('whole steps of `true`, one by one');
  const steps = Array.from({ length: stepsOfRun }, (_, index) => ({
    task: `bench.step.${index}`,
    cmd: ['true'] as const,
  }));
  stage.writePlan(plan, { concurrency: 1, steps });
  const [postgres, embedded, limit] = [
    await servers.ours('few'),
    await servers.fresh({ NIGHTSHIFT_DATA: embeddedDir }),
    await servers.limit('few'),
  ];
  const workers = [
    await stage.startWorker({ url: postgres.url, plan, name: 'postgres' }),
    await stage.startWorker({ url: embedded.url, plan, name: 'embedded' }),
  ];
  const bareCaller = await Connection.open(limit.url);
  const times = {
    postgres: [] as number[],
    embedded: [] as number[],
    spawns: [] as number[],
    calls: [] as number[],
  };
  const sides = {
    postgres: async () => millisOfStep(stage, postgres.url),
    embedded: async () => millisOfStep(stage, embedded.url),
    spawns: () => eachOf(stepsOfRun, spawnTrue),
    calls: () => eachOf(stepsOfRun, () => callTwice(bareCaller)),
  };
  for (let block = -1; block < pace.blocks; block += 1) {
    for (const name of Object.keys(sides) as (keyof typeof sides)[]) {
      const millis = await sides[name]();
      if (block >= 0) times[name].push(millis);
    }
  }
  bareCaller.close();
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
    goal: { at: 'most', value: 12 },
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

/** The mean time of some doings, one after the other, in milliseconds. */
async function eachOf(count: number, act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < count; index += 1) await act();
  return (performance.now() - began) / count;
}

/** As a worker spawns: output through pipes, no input, a process group of its own. */
function spawnTrue(): Promise<unknown> {
  return execa('true', [], { stdin: 'ignore', buffer: false, detached: true, cleanup: false });
}

let created = 0;

async function callTwice(connection: Connection): Promise<void> {
  created += 1;
  const common = { status: 'running', started_at: '2025-01-15T02:30:00Z' };
  await expectSuccess(
    connection,
    writeRequest('POST', '/', { ...common, task: `bench.bare.${created}`, run_id: 'bare' }),
  );
  await spawnTrue();
  const ended = { status: 'succeeded', finished_at: '2025-01-15T02:35:00Z', duration_ms: 1 };
  await expectSuccess(connection, writeRequest('PATCH', '/1', ended));
}

async function expectSuccess(connection: Connection, request: Buffer): Promise<void> {
  const { status } = await connection.send(request);
  if (status >= 300) throw new Error(`The bare server answered ${status}.`);
}
