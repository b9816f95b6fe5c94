import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskStatuses } from '../../../contract/words/taskStatus.ts';
import { readRunPage } from '../../../domain/runs/page.ts';
import { findRun } from '../../../domain/runs/read.ts';
import { describeOnBoth, useDatabase } from '../../support/databases.ts';
import { sized } from '../../support/form.ts';

const runIds = ['a', 'b', 'c'];

describeOnBoth('The counts of a run', (database) => {
  const sql = <Row>(text: string, ...values: unknown[]) => database.db().query<Row>({ text, values });
  // Each task is counted here, also one that awaits an approval that nobody has opened.
  beforeAll(() => sql('ALTER TABLE agents_tasks DISABLE TRIGGER approvals_are_opened'));
  beforeEach(() => database.truncate());

  const status = fc.constantFrom(...taskStatuses);
  const some = fc.integer({ min: 0, max: 4 });
  const changes = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('make' as const), status, many: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('move' as const), status, some }),
      fc.record({ kind: fc.constant('shift' as const), some }),
      fc.record({ kind: fc.constant('delete' as const), some }),
      fc.record({ kind: fc.constant('undo' as const), status }),
    ),
    { maxLength: 12 },
  );

  type Change = typeof changes extends fc.Arbitrary<(infer One)[]> ? One : never;
  const carryOut = async (change: Change): Promise<void> => {
    const { kind } = change;
    if (kind === 'make')
      await sql(
        `INSERT INTO agents_tasks (task, run_id, status) SELECT 't' || n, ($1::text[])[1 + n % 3], $2 FROM generate_series(1, $3::int) n`,
        runIds,
        change.status,
        change.many,
      );
    if (kind === 'move')
      await sql('UPDATE agents_tasks SET status = $1 WHERE id % 5 >= $2', change.status, change.some);
    if (kind === 'shift')
      await sql(`UPDATE agents_tasks SET run_id = 'a' WHERE id % 5 = $1 AND run_id = 'b'`, change.some);
    if (kind === 'delete') await sql('DELETE FROM agents_tasks WHERE id % 5 = $1', change.some);
    if (kind === 'undo') await undone('UPDATE agents_tasks SET status = $1', [change.status]);
  };
  const undone = (text: string, values: unknown[]) =>
    database
      .db()
      .transaction(async (tx) => {
        await tx.query({ text, values });
        throw new Error('never mind');
      })
      .catch(() => undefined);

  it('are those of its tasks after whatever was done to them, several in one statement too', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        await database.truncate();
        await sql(`INSERT INTO runs (run_id) SELECT unnest($1::text[])`, runIds);
        for (const change of list) await carryOut(change);
        const counted = await sql<{ runId: string; counts: Record<string, number> }>(
          `SELECT run_id AS "runId", jsonb_object_agg(status, tasks) AS counts FROM (
            SELECT run_id, status, count(*) AS tasks FROM agents_tasks GROUP BY run_id, status) one GROUP BY run_id`,
        );
        const expected = new Map(counted.map(({ runId, counts }) => [runId, counts]));
        for (const { runId } of await sql<{ runId: string }>('SELECT run_id AS "runId" FROM runs'))
          expect((await findRun(database.db(), runId))?.counts).toEqual(expected.get(runId) ?? {});
      }),
      { numRuns: 15 },
    );
  });

  it('come with its first start, and with its last end once nothing is queued or runs', async () => {
    const at = (minute: number) => `2025-01-15T02:0${minute}:00Z`;
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at)
        VALUES ('one', 'a', 'succeeded', $1, $3), ('two', 'a', 'running', $2, NULL), ('three', 'a', 'skipped', NULL, NULL)`,
      at(1),
      at(2),
      at(5),
    );
    expect(await findRun(database.db(), 'a')).toMatchObject({
      counts: { succeeded: 1, running: 1, skipped: 1 },
      startedAt: at(1),
      finishedAt: null,
    });
    await sql(`UPDATE agents_tasks SET status = 'failed', finished_at = $1 WHERE task = 'two'`, at(4));
    expect(await findRun(database.db(), 'a')).toMatchObject({
      counts: { succeeded: 1, failed: 1, skipped: 1 },
      startedAt: at(1),
      finishedAt: at(5),
      durationMs: 240_000,
    });
  });

  it('are none of a run without tasks', async () => {
    await sql(`INSERT INTO runs (run_id) VALUES ('empty')`);
    expect(await findRun(database.db(), 'empty')).toMatchObject({
      counts: {},
      startedAt: null,
      finishedAt: null,
    });
  });
});

describe('A page of runs', () => {
  const many = sized({ short: 12_000, full: 60_000 });
  const database = useDatabase('postgres');

  it('reads no more for a run of very many tasks than for a small one', async () => {
    const db = database.db();
    const fill = `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, log_excerpt)
      SELECT 't' || n, CASE WHEN n <= ${many} THEN 'large' ELSE 'small-' || n % 50 END, 'succeeded', now(), now(), repeat('log ', 20)
      FROM generate_series(1, ${many + 200}) n`;
    await db.query({ text: fill });
    await db.query({ text: 'VACUUM ANALYZE agents_tasks' });
    const read = async (condition: string) => {
      const [page] = await db.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
        text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${await statementOf(condition)}`,
      });
      const plan = page?.['QUERY PLAN'][0].Plan;
      return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
    };
    /** The statement of a page, as it is sent, of some of the runs. */
    const statementOf = async (condition: string) => {
      let text = '';
      const spy = {
        async query(statement: { text: string }) {
          text = statement.text;
          return [];
        },
      };
      await readRunPage(spy as never, { first: 10 });
      return text.replace('SELECT * FROM runs', `SELECT * FROM runs WHERE ${condition}`);
    };
    const small = await read(`run_id LIKE 'small%'`);
    expect(await read(`run_id = 'large'`)).toBeLessThan(small + 50);
  });
});
