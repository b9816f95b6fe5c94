import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { ratios, summarize } from '../measure/statistics.ts';
import { openApi } from '../servers/api.ts';

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

/** What the start of a run and the end of a step cost in a run of 1,000 steps, against one of 10, in turn. */
export async function measureLargeRuns({ servers, pace, progress }: Bench): Promise<Figure[]> {
  progress(`runs of ${many} steps against runs of ${few}`);
  const { url } = await servers.ours('few');
  const api = openApi(url);
  let number = 0;
  const once = async (shape: keyof typeof shapes, count: number) => {
    const name = `large-${shape}-${count}`;
    const hash = await api.registerPlan(name, 4, shapes[shape](count));
    number += 1;
    const runId = `${name}-${process.pid}-${number}`;
    const began = performance.now();
    await api.startRun(name, runId);
    const startMillis = performance.now() - began;
    let endMillis = 0;
    for (let done = 0; done < ends; done += 1) {
      const lease = await api.lease({ worker: 'bench', hash });
      if (lease?.runId !== runId) throw new Error(`Nothing of ${runId} was there to lease.`);
      const from = performance.now();
      await api.succeed(lease.leaseId);
      endMillis += performance.now() - from;
    }
    await api.cancelRun(runId);
    return { startMillis, endMillis: endMillis / ends };
  };
  const figures: Figure[] = [];
  const starts: { few: number[]; many: number[] } = { few: [], many: [] };
  for (const shape of Object.keys(shapes) as (keyof typeof shapes)[]) {
    const times: { few: number[]; many: number[] } = { few: [], many: [] };
    for (let block = -1; block < pace.blocks; block += 1) {
      const [small, large] = [await once(shape, few), await once(shape, many)];
      if (block < 0) continue;
      times.few.push(small.endMillis);
      times.many.push(large.endMillis);
      starts.few.push(small.startMillis);
      starts.many.push(large.startMillis);
    }
    const words = {
      apart: 'that need nothing',
      chain: 'that need the one before',
      join: 'of which the last needs all',
    }[shape];
    figures.push({
      what: `the end of a step in a run of ${many} steps ${words}, against ${few}`,
      unit: '×',
      value: summarize(ratios(times.many, times.few)),
      goal: { at: 'most', value: 2 },
      note: `${summarize(times.many).median.toFixed(1)} ms against ${summarize(times.few).median.toFixed(1)} ms over GraphQL`,
    });
  }
  figures.push({
    what: `the start of a run of ${many} steps, against ${few}`,
    unit: '×',
    value: summarize(ratios(starts.many, starts.few)),
    goal: { at: 'most', value: 20 },
    note: `${summarize(starts.many).median.toFixed(0)} ms against ${summarize(starts.few).median.toFixed(0)} ms over GraphQL`,
  });
  return figures;
}
