import type { Database } from '../../prisma/database/database.ts';
import { type DecisionVia, recordDecision } from '../approvals/audit.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { type PrunedRuns, pruneRuns } from './pruneRuns.ts';

/** How many rows one statement deletes, so that none holds its locks for long. */
const batch = 5000;

/** What was pruned. */
export interface Pruned extends PrunedRuns {
  /** What is older than this time was deleted. */
  cutoff: string;
}

/** Due times of so many days stay whatever the cutoff, so that no worker that comes with one starts its run again. */
const keptTicks = `interval '7 days'`;

/**
 * Deletes what is older than a time: runs of the engine whole, once all of them has ended before it; tasks of outside
 * reporters each by its start (or its end, without a start); the runs left empty by that; and what belongs to none of
 * them: old deliveries, due times, answers to idempotency keys, and contents of plans that no run has and that a later
 * one took the place of. Who pruned leaves a row in the record, and so does what awaited approval for so long.
 */
export async function pruneTasks(
  { db }: Pick<Store, 'db'>,
  viewer: Viewer,
  cutoff: string,
  via: DecisionVia = 'graphql',
): Promise<Pruned> {
  const runs = await pruneRuns(db, cutoff);
  const outside = await deleteOutsideTasks(db, viewer, cutoff);
  const emptied = await deleteInBatches(db, [cutoff], emptyRuns);
  for (const leftovers of [oldKeys, oldTicks, oldDeliveries, oldContents])
    await deleteInBatches(db, [cutoff], leftovers);
  const pruned = {
    ...runs,
    deleted: runs.deleted + outside,
    deletedRuns: runs.deletedRuns + emptied,
    cutoff,
  };
  await recordDecision(db, {
    ...{ action: 'prune', outcome: 'done', subject: `before ${cutoff}`, via },
    note: `${pruned.deleted} tasks and ${pruned.deletedRuns} runs were deleted; ${pruned.keptRuns} old runs are not over and were kept`,
    ...{ viewer: viewer.id, viewerKind: viewer.kind, address: viewer.address },
  });
  return pruned;
}

async function deleteOutsideTasks(db: Database, viewer: Viewer, cutoff: string): Promise<number> {
  const values = [cutoff, viewer.id, viewer.address, viewer.kind];
  let deleted = 0;
  for (const [condition, order] of [
    ['started_at < $1', 'ORDER BY started_at'],
    ['started_at IS NULL AND finished_at < $1', ''],
  ])
    deleted += await deleteInBatches(
      ...[db, values],
      (limit) => `DELETE FROM agents_tasks WHERE id IN (SELECT id FROM agents_tasks
          WHERE step IS NULL AND ${condition} ${order} LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING id, task, run_id, status), recorded AS (
        INSERT INTO decisions (task_id, task, run_id, action, outcome, viewer, viewer_kind, via, address, note, from_status)
        SELECT id, task, run_id, 'cancel', 'decided', $2::text, $4::text, 'engine', $3::text, 'pruned', status FROM gone
        WHERE status = 'awaiting_approval'`,
    );
  return deleted;
}

const emptyRuns = (
  limit: number,
) => `DELETE FROM runs WHERE run_id IN (SELECT run_id FROM runs WHERE created_at < $1
  AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`;

const oldKeys = (limit: number) => `DELETE FROM idempotency_keys WHERE (viewer, key) IN
  (SELECT viewer, key FROM idempotency_keys WHERE created_at < $1 LIMIT ${limit}) RETURNING 1`;

const oldTicks = (limit: number) => `DELETE FROM schedule_ticks WHERE (plan, project, due_at) IN
  (SELECT plan, project, due_at FROM schedule_ticks WHERE due_at < least($1, now() - ${keptTicks}) ORDER BY due_at LIMIT ${limit}) RETURNING 1`;

const oldDeliveries = (
  limit: number,
) => `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE created_at < $1
  AND task_id IS NULL AND state <> 'pending' LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`;

/** The latest content of each project and name stays: it is what the name means, and what the history of its runs is read with. */
const oldContents = (
  limit: number,
) => `DELETE FROM plans WHERE hash IN (SELECT hash FROM plans old WHERE registered_at < $1
  AND EXISTS (SELECT 1 FROM plans later WHERE later.name = old.name AND later.project = old.project AND (later.registered_at, later.hash) > (old.registered_at, old.hash))
  AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_hash = old.hash) LIMIT ${limit} FOR UPDATE SKIP LOCKED) RETURNING 1`;

/** Deletes with one statement after the other, each in a transaction of its own; the statement gives a row for each. */
async function deleteInBatches(
  db: Database,
  values: unknown[],
  statement: (limit: number) => string,
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
