import type { Bench } from '../benchmark.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import type { Figure } from '../figure.ts';
import { type Goal, goals } from '../goals.ts';
import { summarize } from '../measure/statistics.ts';
import { readMemory } from '../servers/serverProcess.ts';
import { pause } from '../waits/within.ts';
import type { Stage } from './stage.ts';

const plan = 'idle';
const busyPlan = 'busy';
const [busySteps, busyRuns] = [500, 6];

/** The memory of a server on PostgreSQL and of its worker, both some seconds after their start with nothing to do. */
export async function measureIdleMemory({ databases, servers, pace, progress }: Bench, stage: Stage) {
  progress('memory of an idle server and worker');
  stage.writePlan(plan, { concurrency: 1, steps: [{ task: 'bench.idle', cmd: ['true'] }] });
  const memory = { server: [] as (number | null)[], worker: [] as (number | null)[] };
  for (let repeat = 0; repeat < pace.repeats; repeat += 1) {
    const server = await servers.fresh({ DATABASE_URL: databases.few }, 'all');
    const worker = await stage.startWorker({ url: server.url, plans: [plan], name: plan });
    await pause(5000);
    memory.server.push(server.memory());
    memory.worker.push(readMemory(worker.pid, 'VmRSS'));
    await worker.stop();
    await server.stop();
  }
  return [
    figureOf('idle memory of a server on PostgreSQL', memory.server, goals.serverMemory),
    figureOf('idle memory of a worker', memory.worker, goals.workerMemory),
  ];
}

/** The memory of a server with an embedded database, which has recorded 3,000 steps and has nothing more to do. */
export async function measureEmbeddedMemory({ servers, pace, progress }: Bench, stage: Stage) {
  const steps = Array.from({ length: busySteps }, (_, index) => ({
    task: `bench.busy.${index}`,
    cmd: ['true'] as const,
  }));
  stage.writePlan(busyPlan, { concurrency: 8, steps });
  const memory: (number | null)[] = [];
  for (let repeat = 0; repeat < pace.repeats; repeat += 1) {
    const server = await servers.fresh({ NIGHTSHIFT_DATA: temporaryDirectory('busy') });
    const setting = { url: server.url, plans: [busyPlan], name: busyPlan, concurrency: 8 };
    const worker = await stage.startWorker(setting);
    for (let run = 1; run <= busyRuns; run += 1) {
      progress(`memory of an embedded server: ${run} of ${busyRuns} runs of ${busySteps} steps`);
      await stage.run(server.url, busyPlan, { everyMs: 250 });
    }
    await pause(5000);
    memory.push(server.memory());
    await worker.stop();
    await server.stop();
  }
  return [figureOf('idle memory of an embedded server after 3,000 steps', memory, goals.embeddedMemory)];
}

function figureOf(what: string, bytes: readonly (number | null)[], goal: Goal): Figure {
  const known = bytes.flatMap((value) => (value === null ? [] : [value / 1024 / 1024]));
  return {
    what,
    unit: 'MB',
    value: known.length === 0 ? null : summarize(known),
    goal,
    note: known.length === 0 ? 'this system does not tell' : 'some seconds after the last work',
  };
}
