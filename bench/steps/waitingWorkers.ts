import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { backendsOf, countProcessor, transactionsOf } from '../measure/processor.ts';
import { summarize } from '../measure/statistics.ts';
import { type Api, openApi } from '../servers/api.ts';
import { pause, within } from '../waits/within.ts';

const waitingCount = 100;
const gives = 20;
const watchedMs = { full: 20_000, quick: 10_000 };
/** A connection that falls silent tells up to ten seconds later what it did: the beginning must not count. */
const settleMs = 30_000;
const plan = 'waiting';

/**
 * What a hundred workers cost that wait for work as real ones do, without a process each: requests that the server
 * holds, and transactions in the database. Then what it takes to give one of them a task.
 */
export async function measureWaitingWorkers({
  databases,
  servers,
  pace,
  progress,
}: Bench): Promise<Figure[]> {
  progress(`${waitingCount} workers that wait for work`);
  const server = await servers.fresh({ DATABASE_URL: databases.few }, 'all');
  const api = openApi(server.url);
  const hash = await api.registerPlan(plan, 1, [{ task: 'bench.rare' }]);
  const crowd = startCrowd(api, hash);
  await pause(2000);
  await give(api, crowd);
  await pause(settleMs);

  const cost = async (act: () => Promise<void>) => {
    const [transactions, { asked }, began] = [await transactionsOf(databases.few), crowd, performance.now()];
    const serverSince = countProcessor([server]);
    // Connections that nothing uses are closed meanwhile; what those did is lost to this count.
    const databaseSince = countProcessor(await backendsOf(databases.few));
    await act();
    // What a connection has done is counted up to a second later.
    await pause(1100);
    return {
      transactions: (await transactionsOf(databases.few)) - transactions,
      requests: crowd.asked - asked,
      serverMillis: serverSince() ?? 0,
      databaseMillis: databaseSince() ?? 0,
      seconds: (performance.now() - began) / 1000,
    };
  };
  const idle = await cost(() => pause(pace.repeats > 1 ? watchedMs.full : watchedMs.quick));
  progress(`one of ${waitingCount} waiting workers gets a task`);
  const times: number[] = [];
  const busy = await cost(async () => {
    for (let index = 0; index < gives; index += 1) times.push(await give(api, crowd));
  });
  await crowd.leave();
  await server.stop();
  const aSecond = (value: number) => value / idle.seconds;
  const idleTransactions = aSecond(idle.transactions);
  return [
    {
      what: `transactions for ${waitingCount} workers that wait for work`,
      unit: '/s',
      value: { median: idleTransactions, low: idleTransactions, high: idleTransactions, count: 1 },
      goal: goals.waiting,
      note: `${aSecond(idle.requests).toFixed(1)} requests/s; a second takes ${aSecond(idle.serverMillis).toFixed(0)} ms of the server’s processor, ${aSecond(idle.databaseMillis).toFixed(0)} of the database’s`,
      details: {
        requestsPerSecond: aSecond(idle.requests),
        serverMillisPerSecond: aSecond(idle.serverMillis),
        databaseMillisPerSecond: aSecond(idle.databaseMillis),
      },
    },
    {
      what: `one of ${waitingCount} waiting workers gets a task`,
      unit: 'ms',
      value: summarize(times),
      note: `from the call that starts the run to the lease; ${((busy.transactions - idleTransactions * busy.seconds) / gives).toFixed(1)} transactions for the run, the lease and the report`,
      details: { transactionsEach: (busy.transactions - idleTransactions * busy.seconds) / gives },
    },
  ];
}

/** Callers that wait for work all the time. */
interface Crowd {
  /** How many requests they have sent. */
  readonly asked: number;
  /** Resolves with the next lease that one of them gets; rejects when one of them fails. */
  nextLease(): Promise<{ leaseId: string }>;
  leave(): Promise<void>;
}

function startCrowd(api: Api, hash: string): Crowd {
  const stop = new AbortController();
  let asked = 0;
  let leased: (lease: { leaseId: string }) => void = () => {};
  const waitOn = async (worker: string) => {
    try {
      while (!stop.signal.aborted) {
        asked += 1;
        const lease = await api.lease({ worker, hash, waitMs: 20_000 }, stop.signal);
        if (lease) leased(lease);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  };
  const ended = Promise.all(Array.from({ length: waitingCount }, (_, index) => waitOn(`waiting-${index}`)));
  const failed = ended.then(() => Promise.reject(new Error('All have left.')));
  failed.catch(() => {});
  return {
    get asked() {
      return asked;
    },
    nextLease() {
      const { promise, resolve } = Promise.withResolvers<{ leaseId: string }>();
      leased = resolve;
      return Promise.race([promise, failed]);
    },
    async leave() {
      stop.abort();
      await within('the waiting workers to end', ended);
    },
  };
}

/** Milliseconds from the call that starts a run until one of the crowd has its task. */
async function give(api: Api, crowd: Crowd): Promise<number> {
  const next = crowd.nextLease();
  const began = performance.now();
  const runId = `${plan}-${process.pid}-${began}`;
  await api.startRun(plan, runId);
  const { leaseId } = await within(`a waiting worker to get ${runId}`, next);
  const millis = performance.now() - began;
  await api.succeed(leaseId);
  return millis;
}
