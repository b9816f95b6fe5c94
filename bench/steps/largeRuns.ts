import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { type Goal, goals } from '../goals.ts';
import { type Cost, compareCosts, measureCost, middleCost } from '../measure/costs.ts';
import { backendsOf, type Counted } from '../measure/processor.ts';
import { type Api, openApi } from '../servers/api.ts';

const few = 10;
const many = 1000;
/** So many ends are measured of each run: all of the small one but the last, which ends it. */
const ends = few - 1;

/** How steps need each other: not at all, each the one before, or the last one all others. */
const shapes = {
  apart: (count: number) => Array.from({ length: count }, (_, index) => ({ task: `t${index}` })),
  chain: (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      task: `t${index}`,
      needs: index === 0 ? [] : [`t${index - 1}`],
    })),
  join: (count: number) => [
    ...Array.from({ length: count - 1 }, (_, index) => ({ task: `t${index}` })),
    { task: 'all', needs: Array.from({ length: count - 1 }, (_, index) => `t${index}`) },
  ],
};

type Shape = keyof typeof shapes;

const words: Record<Shape, string> = {
  apart: 'that need nothing',
  chain: 'that need the one before',
  join: 'of which the last needs all',
};

/** What the start of a run and the end of a step cost in a run of 1,000 steps, against one of 10, in turn. */
export async function measureLargeRuns({ databases, servers, pace, progress }: Bench): Promise<Figure[]> {
  const server = await servers.ours('few');
  const api = openApi(server.url);
  const processes = async () => [server, ...(await backendsOf(databases.few))];
  const figures: Figure[] = [];
  const starts: { few: Cost[]; many: Cost[] } = { few: [], many: [] };
  for (const shape of Object.keys(shapes) as Shape[]) {
    progress(`runs of ${many} steps ${words[shape]}, beside ${few}`);
    const ended: { few: Cost[]; many: Cost[] } = { few: [], many: [] };
    for (let block = -1; block < pace.blocks; block += 1) {
      const counted = await processes();
      const [small, large] = [
        await measure(api, shape, few, counted),
        await measure(api, shape, many, counted),
      ];
      if (block < 0) continue;
      ended.few.push(small.end);
      ended.many.push(large.end);
      starts.few.push(small.start);
      starts.many.push(large.start);
    }
    const what = `the end of a step in a run of ${many} ${words[shape]}, to a run of ${few}`;
    figures.push(figureOf(what, ended, goals.largeRunEnd));
  }
  const what = `the start of a run of ${many} steps, to one of ${few}`;
  return [...figures, figureOf(what, starts, goals.largeRunStart)];
}

let number = 0;

async function measure(
  api: Api,
  shape: Shape,
  count: number,
  processes: readonly Counted[],
): Promise<{ start: Cost; end: Cost }> {
  const plan = `large-${shape}-${count}`;
  const hash = await api.registerPlan(plan, 4, shapes[shape](count));
  number += 1;
  const runId = `${plan}-${process.pid}-${number}`;
  const start = await measureCost(1, processes, async () => {
    const began = performance.now();
    await api.startRun(plan, runId);
    return performance.now() - began;
  });
  const end = await measureCost(ends, processes, async () => {
    let millis = 0;
    for (let done = 0; done < ends; done += 1) {
      const lease = await api.lease({ worker: 'bench', hash });
      if (lease?.runId !== runId) throw new Error(`Nothing of ${runId} was there to lease.`);
      const began = performance.now();
      await api.succeed(lease.leaseId);
      millis += performance.now() - began;
    }
    return millis;
  });
  await api.cancelRun(runId);
  return { start, end };
}

function figureOf(what: string, of: { few: Cost[]; many: Cost[] }, goal: Goal): Figure {
  const [large, small] = [middleCost(of.many), middleCost(of.few)];
  return {
    what,
    unit: '×',
    ...compareCosts(of.many, of.few),
    goal,
    note: `${large.elapsed.toFixed(1)} ms against ${small.elapsed.toFixed(1)} ms over GraphQL`,
    details: {
      millis: large.elapsed,
      fewMillis: small.elapsed,
      processorMillis: large.processor,
      fewProcessorMillis: small.processor,
    },
  };
}
