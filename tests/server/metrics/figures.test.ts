import { beforeEach, expect, it } from 'vitest';
import type { Queryable } from '../../../database/database.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readSnapshot } from '../../../domain/metrics/snapshot.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { openReported } from '../../../domain/tasks/openApproval.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

describeOnBoth('The figures of the database', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const add = (fields: Record<string, string>, db: Queryable = store.db) => {
    const row: Record<string, string> = { task: `'a'`, run_id: `'r1'`, status: `'succeeded'`, ...fields };
    const text = `INSERT INTO agents_tasks (${Object.keys(row)}) VALUES (${Object.values(row)}) RETURNING id`;
    return db.query<{ id: number }>({ text });
  };
  /** Adds a task that awaits approval. */
  const addAsking = (fields: Record<string, string>) =>
    store.db.transaction(async (tx) => {
      const [task] = await add({ ...fields, status: `'awaiting_approval'`, approval_state: `'pending'` }, tx);
      const id = task?.id ?? 0;
      await openReported(tx, { id, outputsUri: null });
      return id;
    });
  const midnight = `date_trunc('day', now())`;
  const ended = { duration_ms: '1000', started_at: `now() - interval '1 second'`, finished_at: 'now()' };
  const durations = async () =>
    (await readSnapshot(store.db)).durations.map(({ task, status, counts }) => [
      task,
      status,
      counts.reduce((sum, one) => sum + one, 0),
    ]);

  it('count nothing in an empty database, and have no last run', async () => {
    const { tasks, durations, attempts, standing } = await readSnapshot(store.db);
    expect([tasks, durations]).toEqual([[], []]);
    expect(attempts.map(({ attempts }) => attempts)).toEqual(new Array(9).fill(0));
    const { isFrozen, ...numbers } = standing;
    expect(isFrozen).toBe(false);
    expect(Object.values(numbers).filter((value) => value !== 0)).toEqual([null]);
  });

  it('tell the most frequent hundred names apart and count the others together', async () => {
    await store.db.query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, duration_ms)
        SELECT 'task-' || name, 'r1', CASE WHEN copy = 1 THEN 'failed' ELSE 'succeeded' END, now(), now(), 10
        FROM generate_series(1, 130) name, generate_series(1, CASE WHEN name <= 100 THEN 3 ELSE 2 END) copy`,
    });
    const figures = await readSnapshot(store.db);
    expect(new Set(figures.tasks.map(({ task }) => task)).size).toBe(101);
    expect(figures.tasks.filter(({ task }) => task === 'other')).toEqual([
      { task: 'other', status: 'failed', tasks: 30 },
      { task: 'other', status: 'succeeded', tasks: 30 },
    ]);
    expect(figures.durations.find(({ task }) => task === 'other')?.counts[0]).toBe(30);
    expect(figures.tasks.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(360);
  });

  it('count durations of today alone, so that deleting older tasks lowers no counter', async () => {
    await add(ended);
    await add({
      duration_ms: '1000',
      started_at: `${midnight} - interval '5 hours'`,
      finished_at: `${midnight} - interval '1 second'`,
    });
    await add({ ...ended, started_at: `${midnight} - interval '1 hour'`, finished_at: midnight });
    expect(await durations()).toEqual([['a', 'succeeded', 2]]);
    const cutoff = new Date(Date.now() - 30 * 3600_000).toISOString();
    await add({
      duration_ms: '5',
      started_at: `now() - interval '40 days'`,
      finished_at: `now() - interval '40 days'`,
    });
    await pruneTasks(store, everything, cutoff);
    expect(await durations()).toEqual([['a', 'succeeded', 2]]);
  });

  it('hold a zero for each name and status that older tasks have', async () => {
    await add({ status: `'failed'`, duration_ms: '5', started_at: `now() - interval '9 days'` });
    expect(await durations()).toEqual([['a', 'failed', 0]]);
  });

  it('take the end of a task without one from its start and duration', async () => {
    await add({ started_at: 'now()', duration_ms: '1000' });
    expect(await durations()).toEqual([['a', 'succeeded', 1]]);
  });

  it('leave a task that asked for approval where it is counted, whatever is decided', async () => {
    const asking = await addAsking(ended);
    expect(await durations()).toEqual([['a', 'awaiting_approval', 1]]);
    await decideTask(store, everything, asking, 'approve');
    expect((await durations()).filter(([, , tasks]) => tasks !== 0)).toEqual([['a', 'awaiting_approval', 1]]);
  });

  it('tell how long the oldest approval has been awaited', async () => {
    await addAsking({ ...ended, finished_at: `now() - interval '3 hours'` });
    const { approvals, oldestApproval } = (await readSnapshot(store.db)).standing;
    expect([approvals, Math.round(oldestApproval / 60)]).toEqual([1, 180]);
  });

  it('take four statements, however many tasks there are', async () => {
    const before = store.db.statements();
    await readSnapshot(store.db);
    expect(store.db.statements() - before).toBe(4);
  });
});
