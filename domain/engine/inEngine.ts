import { briefly, eachApart } from '../../database/eachApart.ts';
import { col, statement } from '../../database/statement.ts';
import type { TransactionOptions } from '../../database/transaction.ts';
import { eventOfDecision } from '../changes/events.ts';
import { lockRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { findTasks } from '../tasks/read.ts';
import type { Afterwards, Engine } from './engine.ts';
import { releaseReady } from './release.ts';
import { findWithdrawals, supersede } from './succession.ts';
import { freeLocksWithLine, wakeFirst } from './wake.ts';

/**
 * Does work of the engine in one transaction, wakes those who wait for what it put into the queue, and then does what it
 * left to others: each in a transaction of its own, since it is about other runs, and no transaction locks two.
 */
export async function inEngine<T>(
  store: Store,
  work: (engine: Engine) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const { result, afterwards } = await inOneTransaction(store, work, options);
  await follow(store, afterwards);
  return result;
}

async function inOneTransaction<T>(
  store: Store,
  work: (engine: Engine) => Promise<T>,
  options?: TransactionOptions,
): Promise<{ result: T; afterwards: Afterwards }> {
  const queue = await store.queue();
  const { made, ...done } = await store.db.transaction(async (tx) => {
    const afterwards = nothing();
    const result = await work({
      tx,
      queue,
      channels: store.channels ?? [],
      leaseMs: store.leaseMs,
      floor: store.approvalFloor,
      afterwards,
    });
    return { result, afterwards, made: queue.newWork(tx) };
  }, options);
  if (made.length > 0) store.work.wake(made);
  return done;
}

function nothing(): Afterwards {
  return { locks: new Set(), successions: [], changed: new Set() };
}

/** So many things that a transaction leaves behind are done at once; a sweep sees to the rest. */
const maxFollowed = 1000;

/** What was decided stands, whatever becomes of this: where it fails, the next sweep does it, and says why it cannot. */
async function follow(store: Store, first: Afterwards): Promise<void> {
  try {
    await settle(store, first);
  } catch {
    // The sweep finds the same in the rows.
  }
}

async function settle(store: Store, first: Afterwards): Promise<void> {
  const locks = new Set(first.locks);
  const successions = [...first.successions];
  const changed = new Set(first.changed);
  const add = (more: Afterwards) => {
    for (const id of more.changed) changed.add(id);
    for (const lock of more.locks) locks.add(lock);
    successions.push(...more.successions);
  };
  for (let done = 0; done < maxFollowed; done += 1) {
    const succession = successions.shift();
    const [lock] = locks;
    if (succession !== undefined) {
      for (const more of await succeed(store, succession)) add(more);
    } else if (lock !== undefined) {
      locks.delete(lock);
      const { result, afterwards } = await inOneTransaction(
        store,
        (engine) => wakeFirst(engine, lock),
        briefly,
      );
      if (result.again) locks.add(lock);
      add({ ...afterwards, changed: new Set(result.changed) });
    } else break;
  }
  await publishTasks(store, [...changed]);
}

/** Withdraws open work of which that of a later run takes the place, each task with its own run, and lets a step go on that stood aside for it. */
async function succeed(
  store: Store,
  { runId, step }: Afterwards['successions'][number],
): Promise<Afterwards[]> {
  const left: Afterwards[] = [];
  const { withdrawals, isAside } = await findWithdrawals(store.db, { runId, step });
  for (const withdrawal of withdrawals) {
    const { result, afterwards } = await inOneTransaction(
      store,
      (engine) => supersede(engine, withdrawal),
      briefly,
    );
    left.push(afterwards);
    await publishTasks(store, result);
  }
  if (!isAside) return left;
  const { result, afterwards } = await inOneTransaction(
    store,
    async (engine) => {
      const { tx } = engine;
      const run = await lockRun(tx, { runId });
      const back = await tx.query(stepForward(runId, step));
      return back.length > 0 ? releaseReady(engine, runId, run) : [];
    },
    briefly,
  );
  await publishTasks(store, result);
  return [...left, afterwards];
}

const stepForward = statement({
  name: 'step_forward',
  text: `UPDATE agents_tasks SET aside = NULL WHERE run_id = $1 AND step = $2 AND status = 'queued' AND aside = 'open_work' RETURNING 1`,
});

/**
 * Does what a transaction left to others and nobody did, because a process ended or a row was held: at most 100 of each
 * kind. Says how many there were.
 */
export async function settleAside(store: Store): Promise<number> {
  const locks = await freeLocksWithLine(store.db);
  const aside = await store.db.query(asideForOpenWork());
  const items = [
    ...locks.map((lock) => ({ runId: `lock ${lock}`, left: { ...nothing(), locks: new Set([lock]) } })),
    ...aside.map((one) => ({ runId: one.runId, left: { ...nothing(), successions: [one] } })),
  ];
  await eachApart(items, ({ left }) => settle(store, left));
  return items.length;
}

const asideForOpenWork = statement({
  name: 'aside_for_open_work',
  text: `SELECT run_id AS "runId", step FROM agents_tasks WHERE status = 'queued' AND job_id IS NULL AND aside = 'open_work'
      AND aside_since < now() - interval '5 seconds' ORDER BY aside_since LIMIT 100`,
  row: { runId: col.text, step: col.int.sure },
});

/** Tells listeners of tasks by their ids, and those who wait for work, after the transaction that changed them. */
export async function publish(store: Store, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  store.work.wake();
  await publishTasks(store, ids);
}

/** Tells listeners of tasks by their ids, after the transaction that changed them. */
export async function publishTasks({ db, changes }: Store, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  for (const task of await findTasks(db, [...new Set(ids)]))
    if (task) changes.publish(task, eventOfDecision(task));
}
