import { plural } from '../../contract/plural.ts';
import type { Database } from '../../prisma/database/database.ts';
import { type DecisionVia, recordDecision } from '../approvals/audit.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { deleteInPortions, type Leftovers } from './portions.ts';
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
 * Deletes what is older than a time: a run of the engine as a whole, once all of it ended before; tasks of outside
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
  const emptied = await deleteInPortions(db, cutoff, emptyRuns);
  for (const leftovers of [oldKeys, oldTicks]) await deleteInBatches(db, [cutoff], leftovers);
  for (const leftovers of [oldDeliveries, oldContents]) await deleteInPortions(db, cutoff, leftovers);
  const pruned = {
    ...runs,
    deleted: runs.deleted + outside,
    deletedRuns: runs.deletedRuns + emptied,
    cutoff,
  };
  await recordDecision(db, {
    ...{ action: 'prune', outcome: 'done', subject: `before ${cutoff}`, via },
    note: `${plural(pruned.deleted, 'task')} and ${plural(pruned.deletedRuns, 'run')} deleted; ${plural(pruned.keptRuns, 'old run')} not over and kept`,
    ...{ viewer: viewer.id, viewerKind: viewer.kind, address: viewer.address },
  });
  return pruned;
}

async function deleteOutsideTasks(db: Database, viewer: Viewer, cutoff: string): Promise<number> {
  const outside = {
    ...{ table: 'agents_tasks', goes: 'old.step IS NULL', values: [viewer.id, viewer.address, viewer.kind] },
    also: `INSERT INTO decisions (task_id, task, run_id, action, outcome, viewer, viewer_kind, via, address, note, from_status)
      SELECT id, task, run_id, 'cancel', 'decided', $2::text, $4::text, 'engine', $3::text, 'pruned', status FROM gone
      WHERE status = 'awaiting_approval'`,
  };
  const started: Leftovers = {
    ...outside,
    ...{ order: { started_at: 'timestamptz', id: 'int' }, isOld: 'started_at < $1' },
  };
  const unstarted: Leftovers = {
    ...outside,
    ...{ order: { id: 'int' }, fixed: 'started_at', isOld: 'started_at IS NULL' },
    goes: 'old.step IS NULL AND old.finished_at < $1',
  };
  return (await deleteInPortions(db, cutoff, started)) + (await deleteInPortions(db, cutoff, unstarted));
}

const emptyRuns: Leftovers = {
  ...{ table: 'runs', order: { created_at: 'timestamptz', run_id: 'text' }, isOld: 'created_at < $1' },
  goes: 'NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = old.run_id)',
};

const oldKeys = (limit: number) => `DELETE FROM idempotency_keys WHERE (viewer, key) IN
  (SELECT viewer, key FROM idempotency_keys WHERE created_at < $1 LIMIT ${limit}) RETURNING 1`;

const oldTicks = (limit: number) => `DELETE FROM schedule_ticks WHERE (plan, project, due_at) IN
  (SELECT plan, project, due_at FROM schedule_ticks WHERE due_at < least($1, now() - ${keptTicks}) ORDER BY due_at LIMIT ${limit}) RETURNING 1`;

const oldDeliveries: Leftovers = {
  ...{ table: 'deliveries', order: { created_at: 'timestamptz', id: 'uuid' }, isOld: 'created_at < $1' },
  goes: "old.task_id IS NULL AND old.state <> 'pending'",
};

/** The latest content of each project and name stays: it is what the name means, and what the history of its runs is read with. */
const oldContents: Leftovers = {
  ...{ table: 'plans', order: { registered_at: 'timestamptz', hash: 'bpchar' }, isOld: 'registered_at < $1' },
  goes: `EXISTS (SELECT 1 FROM plans later WHERE later.name = old.name AND later.project = old.project
      AND (later.registered_at, later.hash) > (old.registered_at, old.hash))
    AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_hash = old.hash)`,
};

/** Deletes rows that all go with one statement after the other, each in a transaction of its own; the statement gives a row for each. */
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
