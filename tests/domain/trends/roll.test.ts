import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeName } from '../../../domain/plans/takeName.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { readCoverage } from '../../../domain/trends/coverage.ts';
import { readDays } from '../../../domain/trends/days.ts';
import { readDecisions } from '../../../domain/trends/decisions.ts';
import { toRange } from '../../../domain/trends/range.ts';
import { rollOnce } from '../../../domain/trends/roll.ts';
import { firstSteps, readSteps } from '../../../domain/trends/steps.ts';
import { describeOnBoth, useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';

const long = { since: '2024-12-01', until: '2025-03-01', timezone: 'UTC' };

describeOnBoth('What the trends count', (database) => {
  const sql = <Row>(text: string, ...values: unknown[]) => database.db().query<Row>({ text, values });
  beforeAll(() => sql('ALTER TABLE agents_tasks DISABLE TRIGGER approvals_are_opened'));
  beforeEach(() => database.truncate());

  /** Twenty runs of two tasks, one each day; every fourth failed. */
  async function fill(): Promise<void> {
    await sql(`INSERT INTO runs (run_id, created_at) SELECT 'night-' || n, timestamptz '2025-01-01 02:30Z' + n * interval '1 day'
      FROM generate_series(1, 20) n`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, duration_ms)
      SELECT task, 'night-' || n, CASE WHEN n % 4 = 0 AND task = 'b' THEN 'failed' ELSE 'succeeded' END,
        timestamptz '2025-01-01 02:30Z' + n * interval '1 day', timestamptz '2025-01-01 02:31Z' + n * interval '1 day', n * 1000
      FROM generate_series(1, 20) n, unnest(ARRAY['a', 'b']) task`);
  }

  async function rollAll(): Promise<number> {
    let times = 0;
    while (await rollOnce(database.db())) times += 1;
    return times;
  }

  async function read(asked: Parameters<typeof toRange>[0] = long) {
    const db = database.db();
    const range = toRange(asked, Date.now());
    const coverage = await readCoverage(db);
    const days = await readDays(db, range, coverage);
    return {
      from: coverage.from,
      runs: days.reduce((sum, { succeeded, failed, open }) => sum + succeeded + failed + open, 0),
      failedRuns: days.reduce((sum, { failed }) => sum + failed, 0),
      steps: (await readSteps(db, range, coverage)).steps,
      decisions: await readDecisions(db, range, coverage),
    };
  }

  it('is there from the first look for the last hours, and tells until when the rest has been read', async () => {
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, started_at) VALUES ('now', 'tonight', 'succeeded', now())`,
    );
    await fill();
    const lately = { timezone: 'UTC' };
    expect((await read(lately)).steps).toMatchObject([{ task: 'now', succeeded: 1 }]);
    expect(await read()).toMatchObject({ runs: 0, steps: [] });
    const seen: (string | null)[] = [];
    while (await rollOnce(database.db())) seen.push((await read()).from);
    const told = seen.filter((from) => from !== null);
    expect(told.length).toBeGreaterThan(10);
    expect(told).toEqual(told.toSorted().reverse());
    expect(await read()).toMatchObject({ from: null, runs: 20, failedRuns: 5 });
    expect((await read(lately)).steps).toMatchObject([{ task: 'now', succeeded: 1 }]);
  });

  it('is read in portions: a day of very many tasks in several', async () => {
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at) SELECT 'many', 'one', 'succeeded',
      timestamptz '2025-01-15 00:00Z' + n * interval '5 seconds' FROM generate_series(0, 16000) n`);
    await sql('DELETE FROM trend_marks');
    const times = await rollAll();
    expect(times).toBeGreaterThanOrEqual(4);
    expect((await read()).steps).toMatchObject([{ task: 'many', succeeded: 16001 }]);
  });

  it('is the same after the retention has deleted the tasks, at once and when it is counted again', async () => {
    await fill();
    await sql(`INSERT INTO approvals (task_id, state, policy, requested_at, ended_at)
      SELECT id, 'approved', '{}', started_at, started_at + interval '1 hour' FROM agents_tasks WHERE task = 'a'`);
    await rollAll();
    const before = await read();
    expect(before).toMatchObject({ runs: 20, failedRuns: 5, decisions: { approved: 20, acceptanceRate: 1 } });
    const store = { db: database.db() };
    expect(await pruneTasks(store, everything, '2025-01-12T00:00:00Z')).toMatchObject({ deleted: 20 });
    expect(await read()).toEqual(before);
    await rollAll();
    expect(await read()).toEqual(before);
    await sql('UPDATE trend_coverage SET covered_from = covered_to, is_whole = false');
    await rollAll();
    expect(await read()).toEqual(before);
    await pruneTasks(store, everything, '2026-01-01T00:00:00Z');
    await rollAll();
    expect(await read()).toEqual(before);
    expect(await sql('SELECT * FROM trend_marks UNION ALL SELECT * FROM trend_marks')).toEqual([]);
    expect(await sql('SELECT * FROM trend_settled_runs')).toEqual([]);
  });

  it('counts what was deleted before anything was counted', async () => {
    await fill();
    await pruneTasks({ db: database.db() }, everything, '2026-01-01T00:00:00Z');
    await rollAll();
    expect(await read()).toMatchObject({ from: null, runs: 20, failedRuns: 5 });
    expect(await sql('SELECT hour FROM trend_marks')).toEqual([]);
  });

  it('keeps the outcome of a run of which tasks were deleted and others stay', async () => {
    await fill();
    await rollAll();
    await sql(`DELETE FROM agents_tasks WHERE status = 'failed'`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status) VALUES ('c', 'night-4', 'queued')`);
    await rollAll();
    expect(await read()).toMatchObject({ runs: 20, failedRuns: 5 });
  });

  it('leaves no mark of what changes within two hours, and one of each hour that changes later', async () => {
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, started_at) VALUES ('now', 'tonight', 'running', now() - interval '90 minutes')`,
    );
    await sql(`UPDATE agents_tasks SET status = 'succeeded'`);
    expect(await sql('SELECT hour FROM trend_marks')).toEqual([]);
    await fill();
    await rollAll();
    expect(await sql('SELECT hour FROM trend_marks')).toEqual([]);
    await sql(`UPDATE agents_tasks SET log_excerpt = 'x'`);
    expect(await sql('SELECT hour FROM trend_marks')).toEqual([]);
    await sql(`UPDATE agents_tasks SET status = 'failed' WHERE run_id = 'night-3' AND task = 'a'`);
    const marked = await sql<{ hour: string }>('SELECT DISTINCT hour FROM trend_marks');
    expect(marked).toEqual([{ hour: '2025-01-04T02:00:00Z' }]);
    await rollAll();
    expect(await read()).toMatchObject({ failedRuns: 6 });
  });

  it('moves with a task that is retried on another day', async () => {
    await fill();
    await rollAll();
    await sql(
      `UPDATE agents_tasks SET status = 'succeeded', started_at = now() WHERE run_id = 'night-4' AND task = 'b'`,
    );
    await rollAll();
    expect((await read()).steps).toMatchObject([
      { task: 'a', succeeded: 20 },
      { task: 'b', succeeded: 15, failed: 4 },
    ]);
    expect((await read({ timezone: 'UTC' })).steps).toMatchObject([{ task: 'b', succeeded: 1 }]);
  });

  it('goes with the name of a plan to the project that takes it over', async () => {
    await sql(`INSERT INTO plans (hash, name, definition) VALUES (repeat('a', 64), 'nightly', '{}')`);
    await fill();
    await sql(`UPDATE runs SET plan_hash = repeat('a', 64)`);
    await rollAll();
    await sql(`DELETE FROM agents_tasks WHERE run_id = 'night-7'`);
    await database.db().transaction((tx) => takeName(tx, { project: 'acme/site', name: 'nightly' }, ''));
    await rollAll();
    expect((await read({ ...long, plan: 'acme/site:nightly' })).steps).toMatchObject([
      { task: 'a', project: 'acme/site', succeeded: 20 },
      { task: 'b', project: 'acme/site', succeeded: 15, failed: 5 },
    ]);
    expect((await read({ ...long, project: 'other' })).steps).toEqual([]);
  });

  it('names what is slowing and what is flaky', async () => {
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms, attempts)
      SELECT task, 'night', CASE WHEN task = 'turns' AND n % 2 = 0 THEN 'failed' ELSE 'succeeded' END,
        timestamptz '2025-01-01 02:30Z' + n * interval '1 day',
        CASE WHEN task = 'slows' AND n > 10 THEN 30000 WHEN task = 'short' AND n > 10 THEN 300 WHEN task = 'short' THEN 100 ELSE 10000 END,
        CASE WHEN n = 15 AND task IN ('recovers', 'lost') THEN 2 ELSE 1 END
      FROM generate_series(1, 20) n, unnest(ARRAY['slows', 'short', 'turns', 'recovers', 'lost', 'steady']) task`);
    await sql(`INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, finished_at, ended_by)
      SELECT gen_random_uuid(), id, 1, 'w', gen_random_uuid(), now(), now(), CASE WHEN task = 'lost' THEN 'lost' ELSE 'exit' END
      FROM agents_tasks WHERE attempts = 2`);
    await rollAll();
    const range = toRange({ since: '2025-01-12', until: '2025-01-22', timezone: 'UTC' }, Date.now());
    const all = await readSteps(database.db(), range, await readCoverage(database.db()));
    const { steps, total } = firstSteps(all, { first: 1, order: 'flaky' });
    expect({ steps: steps.map(({ task }) => task), total }).toEqual({ steps: ['turns'], total: 6 });
    const growths = firstSteps(all, { first: 200, order: 'slowing' }).steps.map(
      ({ task, p50Growth, isSlowing }) => [task, p50Growth, isSlowing],
    );
    const twice = expect.closeTo(2, 0);
    expect(growths.slice(0, 2).toSorted()).toEqual([
      ['short', twice, false],
      ['slows', twice, true],
    ]);
    const flags = all.steps.map(({ task, isFlaky, turns, recovered }) => [task, isFlaky, turns, recovered]);
    expect(flags.filter(([, isFlaky]) => isFlaky).toSorted()).toEqual([
      ['recovers', true, 0, 1],
      ['turns', true, 9, 0],
    ]);
  });
});

describe('Several replicas', () => {
  const database = useDatabase('postgres');

  it('count everything once, however they take turns', async () => {
    const db = database.db();
    await db.query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at)
        SELECT 'a', 'run-' || n % 7, 'succeeded', timestamptz '2025-01-01 00:00Z' + n * interval '7 minutes' FROM generate_series(1, 3000) n`,
    });
    const roll = async () => {
      for (let idle = 0; idle < 3; ) idle = (await rollOnce(db)) ? 0 : idle + 1;
    };
    await Promise.all([roll(), roll(), roll()]);
    const range = toRange(long, Date.now());
    const coverage = await readCoverage(db);
    expect(coverage.from).toBeNull();
    const { steps } = await readSteps(db, range, coverage);
    expect(steps).toMatchObject([{ task: 'a', succeeded: 3000 }]);
  });

  it('read no more than cells and the last hours, however many tasks there are', async () => {
    const db = database.db();
    await database.truncate();
    await db.query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms, log_excerpt)
        SELECT 'step-' || n % 5, 'run-' || n / 20, 'succeeded', now() - n * interval '1 minute', n % 5000, repeat('log ', 30)
        FROM generate_series(1, 30000) n`,
    });
    await db.query({
      text: `UPDATE runs SET created_at = (SELECT min(started_at) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id)`,
    });
    while (await rollOnce(db));
    await db.query({ text: 'VACUUM ANALYZE agents_tasks' });
    await db.query({ text: 'VACUUM ANALYZE trend_cells' });
    await db.query({ text: 'VACUUM ANALYZE runs' });
    const scanned: string[] = [];
    let rows = 0;
    const look = (node: PlanNode): void => {
      const table = node['Relation Name'] ?? '';
      if (['agents_tasks', 'trend_cells'].includes(table)) scanned.push(`${node['Node Type']} of ${table}`);
      if (table === 'agents_tasks') rows += (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0);
      for (const child of node.Plans ?? []) look(child);
    };
    const spy = {
      async query(statement: { text: string; values?: readonly unknown[] }) {
        const [found] = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
          values: statement.values ?? [],
          text: `EXPLAIN (ANALYZE, FORMAT JSON) ${statement.text}`,
        });
        if (found) look(found['QUERY PLAN'][0].Plan);
        // The plan that PostgreSQL keeps for all values once it has seen some.
        const [general] = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
          text: `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement.text}`,
        });
        if (general) look(general['QUERY PLAN'][0].Plan);
        return db.query(statement);
      },
    };
    const coverage = await readCoverage(db);
    const range = toRange({ timezone: 'Europe/Berlin' }, Date.now());
    const { steps } = await readSteps(spy as never, range, coverage);
    await readDays(spy as never, range, coverage);
    await readDecisions(spy as never, range, coverage);
    expect(steps.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(30_000);
    expect(scanned.length).toBeGreaterThan(0);
    expect(scanned.filter((scan) => scan.startsWith('Seq Scan'))).toEqual([]);
    // Four hours of a task a minute, at the most.
    expect(rows).toBeLessThan(600);
  });
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  Plans?: PlanNode[];
}
