import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { median, ratios, summarize } from '../measure/statistics.ts';
import type { EndedTask } from '../servers/api.ts';
import { pause } from '../waits/within.ts';
import type { BareSteps } from './bareSteps.ts';
import type { Stage } from './stage.ts';

const plan = 'two-steps';
const bareCount = 20;

/** Milliseconds of single runs. */
interface Times {
  /** From the call that starts a run to the word of its first command, over the server of the worker, or over another. */
  byHand: number[];
  elsewhere: number[];
  /** From the word of the first command to that of the one that waited for it, and from its end to the other's lease. */
  released: number[];
  leased: number[];
}

/** How soon an idle worker has begun with what has just come up: the commands print the time. In turn with bare spawning. */
export async function measurePickUp(bench: Bench, stage: Stage, bare: BareSteps): Promise<Figure[]> {
  const { databases, servers, pace, progress } = bench;
  progress('how soon idle workers pick up, beside bare spawning');
  const cmd = ['date', ['+%s%3N']] as const;
  stage.writePlan(plan, {
    concurrency: 10,
    steps: [
      { task: 'bench.first', cmd, labels: ['first'] },
      { task: 'bench.second', cmd, labels: ['second'], needs: ['bench.first'] },
    ],
  });
  const server = await servers.ours('few');
  const workers = [];
  for (const label of ['first', 'second'])
    workers.push(await stage.startWorker({ url: server.url, plans: [plan], name: label, labels: [label] }));
  const other = await servers.fresh({ DATABASE_URL: databases.few });
  const blocks: Times[] = [];
  const spawns: number[] = [];
  for (let block = -1; block < pace.blocks; block += 1) {
    const spawn = (await bare.run({ count: bareCount, atOnce: 1 })) / bareCount;
    const times = await timeBlock(stage, { own: server.url, other: other.url }, block < 0 ? 2 : pace.turns);
    if (block < 0) continue;
    spawns.push(spawn);
    blocks.push(times);
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  await other.stop();
  const figure = (what: string, name: keyof Times, note: string): Figure => {
    const all = blocks.flatMap((times) => times[name]);
    const middles = blocks.map((times) => median(times[name]));
    return {
      what: `${what}, to a bare spawn`,
      unit: '×',
      value: summarize(ratios(middles, spawns)),
      goal: goals.pickUp,
      note: `${say(all)}, a bare spawn ${median(spawns).toFixed(1)} ms; ${note}`,
      details: { millis: median(all), p99Millis: percentile(all, 0.99), bareSpawnMillis: median(spawns) },
    };
  };
  const leased = blocks.flatMap((times) => times.leased);
  return [
    figure(
      'a released step to its output',
      'released',
      `from the end of the one to the lease of the other ${say(leased)}`,
    ),
    figure('a run started by hand to its first output', 'byHand', 'from the call that starts it'),
    figure('a run started over another server to its first output', 'elsewhere', 'told over PostgreSQL'),
  ];
}

async function timeBlock(stage: Stage, urls: { own: string; other: string }, turns: number): Promise<Times> {
  const times: Times = { byHand: [], elsewhere: [], released: [], leased: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    // Both workers wait again, each at another point of its wait.
    await pause(150 + Math.random() * 100);
    const [side, url] =
      turn % 2 === 0 ? (['byHand', urls.own] as const) : (['elsewhere', urls.other] as const);
    const { askedAt, tasks } = await stage.run(url, plan, { everyMs: 120, withLogs: true });
    const [first, second] = [find(tasks, 'bench.first'), find(tasks, 'bench.second')];
    times[side].push(wordOf(first) - askedAt);
    times.released.push(wordOf(second) - wordOf(first));
    times.leased.push(second.startedAt - first.finishedAt);
  }
  return times;
}

function find(tasks: readonly EndedTask[], name: string): EndedTask {
  const found = tasks.find(({ task }) => task === name);
  if (found === undefined) throw new Error(`The run has no task ${name}.`);
  return found;
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function say(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms (p99 ${percentile(times, 0.99).toFixed(0)})`;
}

function wordOf({ task, logExcerpt }: EndedTask): number {
  const word = /^\d{13}$/m.exec(logExcerpt)?.[0];
  if (word === undefined) throw new Error(`${task} printed no time but: ${logExcerpt}`);
  return Number(word);
}
