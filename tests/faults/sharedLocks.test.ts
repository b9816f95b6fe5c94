import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { decideTask } from '../../domain/approvals/decide.ts';
import { cancelRun } from '../../domain/engine/cancelRun.ts';
import { settleAside } from '../../domain/engine/inEngine.ts';
import type { Lease } from '../../domain/engine/leaseTypes.ts';
import { retryRun } from '../../domain/engine/retry.ts';
import { DomainError } from '../../domain/input/errors.ts';
import type { Store } from '../../domain/store.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { useDatabase } from '../support/databases.ts';
import { everything, storeOf } from '../support/domain.ts';
import { isFullForm, sized } from '../support/form.ts';

const runs = sized({ short: 6, full: 100 });
const workersOfReplica = 4;
const noPause = { delayMs: 0, factor: 1, maxMs: 0 };
/** How long a worker that found nothing rests; few runs leave most of them with nothing. */
const idleMs = sized({ short: 10, full: 0 });
const threeLocks = ['red', 'green', 'blue'];

/** Steps that want locks, and need each other across them, so that the end of one concerns many other runs. */
const stepsWith = (locks: readonly string[]) =>
  threeLocks.flatMap((_, index) => [
    { task: `take-${index}`, lock: locks[index % locks.length], retries: 3, backoff: noPause },
    { task: `then-${index}`, lock: locks[(index + 1) % locks.length], needs: [`take-${index}`] },
  ]);

describe('Many runs that share locks, on two replicas', () => {
  const database = useDatabase('postgres');
  const replicas = async () => {
    const other = await openDatabase(database.config());
    onTestFinished(() => other.close());
    return [storeOf(database), storeOf({ db: () => other })] as const;
  };
  const deadlocks = async () => {
    // What a session has counted is told when it is idle for a while, or ends.
    await database.db().query({ text: 'SELECT pg_stat_clear_snapshot()' });
    const [row] = await database.db().query<{ deadlocks: number }>({
      text: 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    });
    return row?.deadlocks ?? 0;
  };

  /** Lets workers of all replicas carry out all there is, and checks that no two hold one lock; gives tasks a second. */
  async function workOff(
    stores: readonly Store[],
    planHash: string,
    locks: ReadonlyMap<string, string | undefined>,
    act: (store: Store, lease: Lease) => Promise<unknown>,
  ): Promise<number> {
    const holders = new Map<string | undefined, string>();
    let done = 0;
    const began = performance.now();
    const open = async () => {
      const [row] = await database.db().query<{ open: number }>({
        text: `SELECT count(*)::int AS open FROM agents_tasks JOIN runs USING (run_id) WHERE plan_hash = $1 AND status IN ('queued', 'running')`,
        values: [planHash],
      });
      return row?.open ?? 0;
    };
    const workers = stores.flatMap((store) => Array.from({ length: workersOfReplica }, () => store));
    await Promise.all(
      workers.map(async (store) => {
        for (;;) {
          const lease = await playWorkers(store).ask(planHash);
          if (lease === null) {
            if ((await open()) === 0) return;
            await pause(idleMs);
            continue;
          }
          const lock = locks.get(lease.task);
          expect(holders.get(lock), `the holder of ${lock}`).toBeUndefined();
          holders.set(lock, `${lease.runId} ${lease.task}`);
          await new Promise((resolve) => setImmediate(resolve));
          holders.delete(lock);
          await act(store, lease);
          done += 1;
        }
      }),
    );
    return (done / (performance.now() - began)) * 1000;
  }

  const begin = async (store: Store, name: string, locks: readonly string[]) => {
    const steps = stepsWith(locks);
    const definition = { name, concurrency: 3, steps };
    let planHash = '';
    for (let index = 0; index < runs; index += 1)
      ({ planHash } = await playWorkers(store).start([], { definition, runId: `${name}-${index}` }));
    return { planHash, locks: new Map(steps.map(({ task, lock }) => [task, lock])) };
  };

  it(`end without a deadlock, hardly slower than with one lock: ${runs} runs that share three`, async () => {
    const stores = await replicas();
    const finish = (store: Store, lease: Lease) => playWorkers(store).finish(lease);
    const before = await deadlocks();
    const one = await begin(stores[0], 'one', ['only']);
    const alone = await workOff(stores, one.planHash, one.locks, finish);
    const three = await begin(stores[0], 'three', threeLocks);
    const shared = await workOff(stores, three.planHash, three.locks, finish);
    console.log(`one lock: ${alone.toFixed(0)} tasks/s, three: ${shared.toFixed(0)} tasks/s`);
    const odd = await database.db().query({ text: `SELECT 1 FROM agents_tasks WHERE status <> 'succeeded'` });
    expect(odd).toEqual([]);
    expect(await deadlocks()).toBe(before);
    expect(await database.db().query({ text: 'SELECT 1 FROM task_locks' })).toEqual([]);
    // A few runs say nothing of that.
    if (isFullForm) expect(shared / alone).toBeGreaterThanOrEqual(0.8);
  });

  it(`end without a deadlock, whatever else is done to them: ${runs} runs`, async () => {
    const stores = await replicas();
    const [store] = stores;
    const before = await deadlocks();
    const { planHash, locks } = await begin(store, 'steered', threeLocks);
    let turn = 0;
    const refused = (error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    };
    const meddle: ((at: Store, lease: Lease) => Promise<unknown>)[] = [
      (at, { taskId }) => decideTask(at, everything, taskId, 'cancel'),
      (at, { runId }) => retryRun(at, everything, { runId, mode: 'failed' }),
      (at, { runId }) => cancelRun(at, everything, runId),
      (at) => settleAside(at),
      (at, { runId }) => retryRun(at, everything, { runId, mode: 'from', from: 'take-0' }),
    ];
    await workOff(stores, planHash, locks, async (at, lease) => {
      turn += 1;
      const also = turn < runs * 4 && turn % 3 === 0 ? meddle[turn % meddle.length] : undefined;
      const other = stores[turn % 2] ?? at;
      await Promise.all([
        playWorkers(at)
          .finish(lease, turn % 7 === 0 ? { exitCode: 1 } : {})
          .catch(refused),
        also?.(other, lease).catch(refused),
      ]);
    });
    expect(await deadlocks()).toBe(before);
    expect(await database.db().query({ text: 'SELECT 1 FROM task_locks' })).toEqual([]);
  });
});
