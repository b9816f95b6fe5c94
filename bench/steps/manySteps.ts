import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { type Cost, compareCosts, measureCost, middleCost } from '../measure/costs.ts';
import { backendsOf } from '../measure/processor.ts';
import type { BareSteps } from './bareSteps.ts';
import type { Stage } from './stage.ts';

/** How steps stand to each other, and how many bare spawns are measured beside them. */
const shapes = {
  many: { count: 500, atOnce: 8, everyMs: 50, bareCount: 160 },
  chain: { count: 100, atOnce: 1, everyMs: 25, bareCount: 100 },
} as const;

type Shape = keyof typeof shapes;

/** Runs of many steps of `true`, at once and as a chain, by one worker on PostgreSQL; each in turn with bare spawning. */
export async function measureManySteps(bench: Bench, stage: Stage, bare: BareSteps): Promise<Figure[]> {
  const { databases, servers, pace, progress } = bench;
  for (const [name, { count, atOnce }] of Object.entries(shapes)) {
    const steps = Array.from({ length: count }, (_, index) => ({
      task: `bench.${name}.${index}`,
      cmd: ['true'] as const,
      needs: name === 'chain' && index > 0 ? [`bench.${name}.${index - 1}`] : [],
    }));
    stage.writePlan(name, { concurrency: atOnce, steps });
  }
  const server = await servers.fresh({ DATABASE_URL: databases.few }, 'all');
  const setting = { url: server.url, plans: Object.keys(shapes), name: 'many', concurrency: 8 };
  const worker = await stage.startWorker(setting);
  const costs = {
    many: { ours: [] as Cost[], bare: [] as Cost[] },
    chain: { ours: [] as Cost[], bare: [] as Cost[] },
  };
  for (let round = -1; round < pace.repeats; round += 1) {
    for (const name of Object.keys(shapes) as Shape[]) {
      const { count, atOnce, everyMs, bareCount } = shapes[name];
      progress(
        name === 'many' ? `${count} steps of \`true\`, ${atOnce} at a time` : `a chain of ${count} steps`,
      );
      const spawn = () => bare.run({ count: bareCount, atOnce });
      const bareCost = await measureCost(bareCount, [{ pid: bare.pid, children: true }], spawn);
      const processes = [server, { pid: worker.pid, children: true }, ...(await backendsOf(databases.few))];
      const run = async () => (await stage.run(server.url, name, { everyMs })).millis;
      const cost = await measureCost(count, processes, run);
      if (round < 0) continue;
      costs[name].bare.push(bareCost);
      costs[name].ours.push(cost);
    }
  }
  await worker.stop();
  await server.stop();
  const figure = (what: string, { ours, bare: theirs }: { ours: Cost[]; bare: Cost[] }) => {
    const [own, other] = [middleCost(ours), middleCost(theirs)];
    return {
      what,
      unit: '×' as const,
      ...compareCosts(ours, theirs),
      details: {
        millis: own.elapsed,
        processorMillis: own.processor,
        bareMillis: other.elapsed,
        bareProcessorMillis: other.processor,
      },
    };
  };
  const elapsed = (side: Cost[]) => `${middleCost(side).elapsed.toFixed(1)} ms`;
  const processor = (side: Cost[]) => `${middleCost(side).processor?.toFixed(1) ?? '?'} ms`;
  const { many, chain } = costs;
  return [
    {
      ...figure('500 steps of `true`, 8 at a time, each, to a bare spawn, 8 at a time', many),
      goal: goals.manySteps,
      note: `${elapsed(many.ours)} each, bare ${elapsed(many.bare)}`,
    },
    {
      ...figure('a chain of 100 steps of `true`, each, to a bare spawn', chain),
      goal: goals.chain,
      note: `${elapsed(chain.ours)} each, bare ${elapsed(chain.bare)}`,
    },
    {
      ...figure('processor time of everything for a step of that chain, to a bare spawn', chain),
      goal: goals.chainProcessor,
      note: `server, database, worker and command ${processor(chain.ours)}, bare ${processor(chain.bare)}`,
    },
  ];
}
