import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { type Goal, goals } from '../goals.ts';
import { summarize } from '../measure/statistics.ts';
import { readMemory } from '../servers/serverProcess.ts';
import { pause } from '../waits/within.ts';
import type { Stage } from './stage.ts';

const plan = 'idle';

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

function figureOf(what: string, bytes: readonly (number | null)[], goal: Goal): Figure {
  const known = bytes.flatMap((value) => (value === null ? [] : [value / 1024 / 1024]));
  return {
    what,
    unit: 'MB',
    value: known.length === 0 ? null : summarize(known),
    goal,
    note: known.length === 0 ? 'this system does not tell' : 'some seconds after the start',
  };
}
