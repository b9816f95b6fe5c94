import { setTimeout as wait } from 'node:timers/promises';
import { createClient, expectType } from '../../client/index.ts';
import type { Bench } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { summarize } from '../measure/statistics.ts';
import { within } from '../measure/within.ts';
import { apiKey } from '../servers/machine.ts';
import { readCpuMillis } from '../servers/processTimes.ts';
import { askDatabase } from './manyWorkers.ts';

const waitingCount = 100;
const watchedMs = { full: 20_000, quick: 5000 };

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
  const client = createClient({ url: server.url, apiKey, timeoutMs: 120_000, retries: 0 });
  const definition = { name: 'waiting', concurrency: 1, steps: [{ task: 'bench.rare' }] };
  const { hash } = expectType(await client.registerPlan(definition), 'RegisteredPlan');
  const stop = new AbortController();
  let leased: (lease: { leaseId: string }) => void = () => undefined;
  let asked = 0;
  const waitOn = async (worker: string) => {
    while (!stop.signal.aborted) {
      asked += 1;
      const wanted = { worker, planHashes: [hash], waitMs: 20_000 };
      const { lease } = expectType(await client.leaseTask(wanted, { signal: stop.signal }), 'LeaseOffer');
      if (lease) leased(lease);
    }
  };
  const waiting = Array.from({ length: waitingCount }, (_, index) =>
    waitOn(`waiting-${index}`).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    }),
  );
  const give = async () => {
    const given = new Promise<{ leaseId: string }>((resolve) => {
      leased = resolve;
    });
    const began = performance.now();
    const runId = `waiting-${process.pid}-${began}`;
    await client.startRun({ plan: 'waiting', runId });
    const { leaseId } = await within(`a waiting worker to get ${runId}`, given);
    const millis = performance.now() - began;
    await client.finishAttempt({ leaseId, ending: 'EXIT', exitCode: 0, durationMs: 1 });
    return millis;
  };
  await wait(2000);
  await give();

  const cost = async (act: () => Promise<unknown>) => {
    const { pids, transactions } = await askDatabase(databases.few);
    // Connections that nothing uses are closed meanwhile; what those did is lost to this count.
    const used = new Map(pids.map((pid) => [pid, readCpuMillis(pid) ?? 0]));
    const usedSince = () =>
      used
        .entries()
        .reduce((total, [pid, millis]) => total + Math.max(0, (readCpuMillis(pid) ?? 0) - millis), 0);
    const before = { transactions, asked, server: server.cpuMillis() };
    const began = performance.now();
    await act();
    // What a connection has done is counted up to a second later.
    await wait(1100);
    const seconds = (performance.now() - began) / 1000;
    const after = await askDatabase(databases.few);
    return {
      transactions: after.transactions - before.transactions,
      requests: asked - before.asked,
      serverMillis: (server.cpuMillis() ?? 0) - (before.server ?? 0),
      databaseMillis: usedSince(),
      seconds,
    };
  };
  const idle = await cost(() => wait(pace.repeats > 1 ? watchedMs.full : watchedMs.quick));
  const times: number[] = [];
  const gives = 20;
  const busy = await cost(async () => {
    for (let index = 0; index < gives; index += 1) times.push(await give());
  });
  stop.abort();
  await within('the waiting workers to end', Promise.all(waiting));
  await server.stop();
  const aSecond = (value: number) => value / idle.seconds;
  const idleTransactions = aSecond(idle.transactions);
  return [
    {
      what: `transactions in the database for ${waitingCount} workers that wait for work`,
      unit: '/s',
      value: { median: idleTransactions, low: idleTransactions, high: idleTransactions, count: 1 },
      goal: { at: 'most', value: 20 },
      note: `${aSecond(idle.requests).toFixed(1)} requests/s; of a second the server works ${aSecond(idle.serverMillis).toFixed(0)} ms, the database ${aSecond(idle.databaseMillis).toFixed(0)} ms`,
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
      goal: { at: 'most', value: 50 },
      note: `from the call that starts the run to the lease; ${((busy.transactions - idleTransactions * busy.seconds) / gives).toFixed(1)} transactions for the run, the lease and the report`,
      details: { transactionsEach: (busy.transactions - idleTransactions * busy.seconds) / gives },
    },
  ];
}
