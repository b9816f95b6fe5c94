import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { pruneTasks } from '../../../domain/retention/prune.ts';
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
  const waitsForRow = () =>
    eventually(async () => {
      const waiting = await sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(waiting).not.toEqual([]);
    });

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
      await waitsForRow();
    });
    expect(await pruning).toMatchObject({ deleted: tasks, deletedRuns: 1, keptRuns: 0 });
    expect(await sql('SELECT 1 FROM agents_tasks')).toEqual([]);
  });
});
