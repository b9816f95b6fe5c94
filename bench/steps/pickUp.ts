import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { summarize } from '../measure/statistics.ts';
import { pause } from '../waits/within.ts';
import type { Stage } from './stage.ts';

const plan = 'two-steps';

/**
 * How soon an idle worker has begun with what has just come up. The commands print the time: from the call that starts
 * a run to the word of its first command, and from there to the word of the command that waited for the first one.
 */
export async function measurePickUp(
  { databases, servers, pace, progress }: Bench,
  stage: Stage,
): Promise<Figure[]> {
  progress('how soon idle workers pick up');
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
  const times = {
    byHand: [] as number[],
    released: [] as number[],
    leased: [] as number[],
    elsewhere: [] as number[],
  };
  for (let turn = -2; turn < pace.turns * 2; turn += 1) {
    // Both wait for work again, each at another point of its wait.
    await pause(150 + Math.random() * 100);
    const isElsewhere = turn % 2 !== 0;
    const { askedAt, tasks } = await stage.run(isElsewhere ? other.url : server.url, plan, {
      everyMs: 120,
      withLogs: true,
    });
    const [first, second] = ['bench.first', 'bench.second'].map((name) =>
      tasks.find(({ task }) => task === name),
    );
    if (turn < 0 || first === undefined || second === undefined) continue;
    times[isElsewhere ? 'elsewhere' : 'byHand'].push(wordOf(first.logExcerpt) - askedAt);
    times.released.push(wordOf(second.logExcerpt) - wordOf(first.logExcerpt));
    times.leased.push(second.startedAt - first.finishedAt);
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  await other.stop();
  return [
    pickUp('a released dependant is picked up by an idle worker', times.released, {
      note: `from the output of the one command to that of the other; from the one’s end to the other’s lease ${say(times.leased)}`,
    }),
    pickUp('a task started by hand is picked up by an idle worker', times.byHand, {
      note: 'from the call that starts the run to the output of its command',
    }),
    pickUp('a task started over another server is picked up by an idle worker', times.elsewhere, {
      note: 'the same; the servers tell each other over PostgreSQL',
    }),
  ];
}

function pickUp(what: string, times: readonly number[], { note }: { note: string }): Figure {
  const late = percentile(times, 0.99);
  return {
    ...{ what, unit: 'ms', value: summarize(times) },
    note: `${note}; of ${times.length} one in a hundred takes ${late.toFixed(0)} ms or more`,
    details: { p99: late },
  };
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function say(times: readonly number[]): string {
  return `${summarize(times).median.toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`;
}

function wordOf(excerpt: string): number {
  const word = /^\d{13}$/m.exec(excerpt)?.[0];
  if (word === undefined) throw new Error(`The command printed no time but: ${excerpt}`);
  return Number(word);
}
