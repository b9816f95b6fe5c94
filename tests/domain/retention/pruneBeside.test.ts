import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { failSilent } from '../../../domain/tasks/failSilent.ts';
import { type Database, openDatabase } from '../../../prisma/database/database.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { playWorkers } from '../engine/support.ts';

describe('A prune beside others', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  const { start, carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString();
  const sql = <Row>(text: string, ...values: unknown[]) => store.db.query<Row>({ text, values });
  async function openOther(): Promise<Database> {
    const other = await openDatabase(database.config());
    onTestFinished(() => other.close());
    return other;
  }
  const waitForRows = (sessions = 1) =>
    eventually(async () => {
      const waiting = await sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(waiting).toHaveLength(sessions);
    });
  const sessions = async () =>
    (await sql('SELECT 1 FROM pg_stat_activity WHERE datname = current_database()')).length;
  const deadlocks = async () => {
    await sql('SELECT pg_stat_clear_snapshot()');
    const [row] = await sql<{ deadlocks: number }>(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    return row?.deadlocks;
  };
  /** Runs of outside reporters that stand on the disk against their order, each with tasks of these ages, in days. */
  async function report(runs: readonly string[], ages: readonly number[]) {
    for (const run of runs.toReversed())
      await sql(
        `INSERT INTO agents_tasks (task, run_id, status, created_at, started_at)
          SELECT 'seo', $1, 'running', at, at FROM unnest($2::timestamptz[]) at`,
        ...[run, ages.map(daysAgo)],
      );
  }

  it.each([
    ['few', 3],
    ['very many', 5003],
  ])('deletes a run of %s tasks whole, one of which is touched at the same moment', async (_what, tasks) => {
    const { runId, planHash } = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    await carryOut(planHash);
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, step) SELECT 'more', $1, 'succeeded', n FROM generate_series(3, $2 - 1) n`,
      ...[runId, tasks],
    );
    await sql(`UPDATE runs SET created_at = now() - interval '91 days'`);
    await sql(`UPDATE agents_tasks SET finished_at = now() - interval '91 days'`);
    await sql(`UPDATE task_attempts SET finished_at = now() - interval '91 days'`);
    const other = await openOther();
    let pruning: ReturnType<typeof pruneTasks> | undefined;
    await other.transaction(async (tx) => {
      await tx.query({ text: `UPDATE agents_tasks SET webhook_error = 'no answer' WHERE step = 1` });
      pruning = pruneTasks(store, everything, daysAgo(90));
      await waitForRows();
    });
    expect(await pruning).toMatchObject({ deleted: tasks, deletedRuns: 1, keptRuns: 0 });
    expect(await sql('SELECT 1 FROM agents_tasks')).toEqual([]);
  });

  it.each([
    ['the sweep of silence', (other: Database) => failSilent(storeOf({ db: () => other }), 24 * 3600_000)],
    ['another prune', (other: Database) => pruneTasks({ db: other }, everything, daysAgo(50))],
  ])('and %s never wait for each other, whatever runs their tasks are of', async (_what, actBeside) => {
    const runs = ['a', 'b', 'c'];
    await report(runs, [100, 60]);
    const before = { deadlocks: await deadlocks(), sessions: await sessions() };
    const [pruner, other, holder] = [await openOther(), await openOther(), await openOther()];
    const both: Promise<unknown>[] = [];
    await holder.transaction(async (tx) => {
      await tx.query({ text: `SELECT 1 FROM run_counts WHERE run_id = 'b' FOR UPDATE` });
      both.push(pruneTasks({ db: pruner }, everything, daysAgo(90)));
      await waitForRows();
      both.push(actBeside(other));
      await waitForRows(2);
    });
    await Promise.all(both);
    // What a session has counted is told when it ends.
    await Promise.all([pruner.close(), other.close(), holder.close()]);
    await eventually(async () => expect(await sessions()).toBe(before.sessions));
    expect(await deadlocks()).toBe(before.deadlocks);
  });

  it('and another prune delete the runs that both of them empty', async () => {
    await report(['a', 'b', 'c'], [100, 60]);
    const [other, holder] = [await openOther(), await openOther()];
    const both: ReturnType<typeof pruneTasks>[] = [];
    await holder.transaction(async (tx) => {
      await tx.query({ text: `SELECT 1 FROM run_counts WHERE run_id = 'c' FOR UPDATE` });
      both.push(pruneTasks(store, everything, daysAgo(90)));
      await waitForRows();
      both.push(pruneTasks({ db: other }, everything, daysAgo(50)));
      await waitForRows(2);
    });
    const pruned = await Promise.all(both);
    expect(pruned.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(6);
    expect(pruned.reduce((sum, { deletedRuns }) => sum + deletedRuns, 0)).toBe(3);
    expect(await sql('SELECT 1 FROM runs')).toEqual([]);
  });

  it('deletes a portion once more after a deadlock', async () => {
    await report(['a', 'b'], [100]);
    const other = await openOther();
    let pruning: ReturnType<typeof pruneTasks> | undefined;
    await other.transaction(async (tx) => {
      // So that it is the prune that finds the deadlock, and gives way.
      await tx.query({ text: `SET LOCAL deadlock_timeout = '1h'` });
      await tx.query({ text: `SELECT 1 FROM run_counts WHERE run_id = 'b' FOR UPDATE` });
      pruning = pruneTasks(store, everything, daysAgo(90));
      await waitForRows();
      await tx.query({ text: `SELECT 1 FROM run_counts WHERE run_id = 'a' FOR UPDATE` });
    });
    expect(await pruning).toMatchObject({ deleted: 2, deletedRuns: 2 });
  });
});
