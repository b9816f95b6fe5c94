import { type DecisionVia, recordDecision } from '../approvals/audit.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';

/** How many rows one statement deletes, so that none holds its locks for long. */
const batch = 5000;

/** What was pruned. */
export interface Pruned {
  /** How many tasks were deleted. */
  deleted: number;
  /** How many runs were deleted because none of their tasks was left. */
  deletedRuns: number;
  /** Tasks that started before this time were deleted. */
  cutoff: string;
}

/**
 * Deletes the tasks that started before a time (or ended before it without a start), the old runs left empty by it,
 * deliveries of old that belong to no task, plans that no run has and no worker has made known since, old due times, and
 * answers kept for old idempotency keys. Who pruned leaves a row in the record, and so does what awaited approval for so
 * long.
 */
export async function pruneTasks(
  { db }: Store,
  viewer: Viewer,
  cutoff: string,
  via: DecisionVia = 'graphql',
): Promise<Pruned> {
  const deleted = await deleteTasks(
    (limit) => `DELETE FROM agents_tasks WHERE id IN
      (SELECT id FROM agents_tasks WHERE started_at < $1 ORDER BY started_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
  const neverStarted = await deleteTasks(
    (limit) => `DELETE FROM agents_tasks WHERE id IN
      (SELECT id FROM agents_tasks WHERE started_at IS NULL AND finished_at < $1 LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
  const deletedRuns = await deleteInBatches(
    (limit) => `DELETE FROM runs WHERE run_id IN (SELECT run_id FROM runs WHERE created_at < $1
      AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`,
  );
  await deleteInBatches(
    (limit) => `DELETE FROM idempotency_keys WHERE (viewer, key) IN
      (SELECT viewer, key FROM idempotency_keys WHERE created_at < $1 LIMIT ${limit}) RETURNING 1`,
  );
  await deleteInBatches(
    (limit) => `DELETE FROM schedule_ticks WHERE (plan, due_at) IN
      (SELECT plan, due_at FROM schedule_ticks WHERE due_at < $1 ORDER BY due_at LIMIT ${limit}) RETURNING 1`,
  );
  await deleteInBatches(
    (limit) => `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE created_at < $1
      AND task_id IS NULL AND state <> 'pending' LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`,
  );
  await deleteInBatches(
    (limit) => `DELETE FROM plans WHERE hash IN (SELECT hash FROM plans WHERE registered_at < $1
      AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_hash = hash) LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`,
  );
  const pruned = { deleted: deleted + neverStarted, deletedRuns, cutoff };
  await recordDecision(db, {
    ...{ action: 'prune', outcome: 'done', subject: `before ${cutoff}`, via },
    note: `${pruned.deleted} tasks and ${deletedRuns} runs were deleted`,
    ...{ viewer: viewer.id, viewerKind: viewer.kind, address: viewer.address },
  });
  return pruned;

  function deleteTasks(statement: (limit: number) => string): Promise<number> {
    const all = (limit: number) => `${statement(limit)} RETURNING id, task, run_id, status), recorded AS (
      INSERT INTO decisions (task_id, task, run_id, action, outcome, viewer, viewer_kind, via, address, note, from_status)
      SELECT id, task, run_id, 'cancel', 'decided', $2::text, $4::text, 'engine', $3::text, 'pruned', status FROM gone
      WHERE status = 'awaiting_approval'`;
    return deleteInBatches(all, [cutoff, viewer.id, viewer.address, viewer.kind]);
  }

  async function deleteInBatches(
    statement: (limit: number) => string,
    values: unknown[] = [cutoff],
  ): Promise<number> {
    const text = `WITH gone AS (${statement(batch)}) SELECT count(*) AS count FROM gone`;
    let total = 0;
    for (;;) {
      const [row] = await db.query<{ count: number }>({ text, values });
      const count = row?.count ?? 0;
      total += count;
      if (count < batch) return total;
    }
  }
}
