import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { failSilent } from '../../../domain/reporting/failSilent.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
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
  const ourSessions = `FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`;
  const sessions = async () => (await sql(`SELECT 1 ${ourSessions}`)).length;
  const waitForRows = (waiting = 1) =>
    eventually(async () =>
      expect(await sql(`SELECT 1 ${ourSessions} AND wait_event_type = 'Lock'`)).toHaveLength(waiting),
    );
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
        run,
        ages.map(daysAgo),
      );
  }
  /** Lets the counts of runs stand on the disk against the order of the runs. */
  async function standInReverse() {
    const columns = 'run_id, queued, running, succeeded, failed, awaiting_approval, skipped, created_at';
    await store.db.transaction(async (tx) => {
      await tx.query({ text: 'CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM run_counts' });
      await tx.query({ text: 'TRUNCATE run_counts' });
      await tx.query({
        text: `INSERT INTO run_counts (${columns}) SELECT ${columns} FROM kept ORDER BY run_id DESC`,
      });
    });
    await sql('ANALYZE run_counts');
  }
  /** Lets each begin once those before wait, the first for the count of a run; says that none of them met a deadlock. */
  async function allAtOnce(held: string, acts: ((db: Database) => Promise<unknown>)[]): Promise<unknown[]> {
    const before = { deadlocks: await deadlocks(), sessions: await sessions() };
    const holder = await openOther();
    const others = await Promise.all(acts.map(openOther));
    const begun: Promise<unknown>[] = [];
    await holder.transaction(async (tx) => {
      await tx.query({ text: `SELECT 1 FROM run_counts WHERE run_id = '${held}' FOR UPDATE` });
      for (const [at, other] of others.entries()) {
        const act = acts[at];
        if (act !== undefined) begun.push(act(other));
        await waitForRows(at + 1);
      }
    });
    const came = await Promise.all(begun);
    // What a session has counted is told when it ends.
    await Promise.all([holder, ...others].map((other) => other.close()));
    await eventually(async () => expect(await sessions()).toBeLessThanOrEqual(before.sessions));
    expect(await deadlocks()).toBe(before.deadlocks);
    return came;
  }

  it.each([
    ['few', 3],
    ['very many', 5003],
  ])('deletes a run of %s tasks whole, one of which is touched at the same moment', async (_what, tasks) => {
    const { runId, planHash } = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    await carryOut(planHash);
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, step) SELECT 'more', $1, 'succeeded', n FROM generate_series(3, $2 - 1) n`,
      runId,
      tasks,
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

  it('and the sweep of silence never wait for each other, whatever runs their tasks are of', async () => {
    await report(['a', 'b', 'c'], [100, 60]);
    const [pruned, failed] = await allAtOnce('b', [
      (db) => pruneTasks({ db }, everything, daysAgo(90)),
      (db) => failSilent(storeOf({ db: () => db }), 24 * 3600_000),
    ]);
    expect(pruned).toMatchObject({ deleted: 3 });
    expect(failed).toBe(3);
  });

  it('and one of many more runs never wait for each other, however each of them finds the counts', async () => {
    const runs = Array.from({ length: 2000 }, (_, at) => `r${String(at).padStart(4, '0')}`);
    const outside = `INSERT INTO agents_tasks (task, run_id, status, created_at, started_at)
      SELECT 'seo', run, 'succeeded', $2, $2 FROM unnest($1::text[]) run`;
    await sql(outside, runs, daysAgo(60));
    await sql(outside, ['r0000', 'r1000', 'r1999'], daysAgo(100));
    await standInReverse();
    const pruned = await allAtOnce('r1000', [
      (db) => pruneTasks({ db }, everything, daysAgo(90)),
      (db) => pruneTasks({ db }, everything, daysAgo(50)),
    ]);
    expect(pruned).toMatchObject([
      { deleted: 3, deletedRuns: 0 },
      { deleted: 2000, deletedRuns: 2000 },
    ]);
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
