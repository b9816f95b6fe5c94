import { identityKey } from '../../contract/people/identityKey.ts';
import { plural } from '../../contract/text/plural.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy, recordedName } from '../audit/audit.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { deleteInPortions, type Emptied, type Leftovers } from './portions.ts';
import { type PrunedRuns, pruneRuns } from './pruneRuns.ts';

/** What was pruned. */
export interface Pruned extends PrunedRuns {
  /** What is older than this time was deleted. */
  cutoff: string;
}

/** Scheduled runs of this many days are always kept, so that no worker that reports a due time again starts its run twice. */
const keptScheduledRuns = `interval '7 days'`;

/**
 * Deletes what is older than a time: a run of the engine as a whole, once all of it ended before; tasks of outside
 * reporters each by its start (or its end, without a start); the runs left empty by that; and what belongs to none of
 * them: old deliveries, due times, answers to idempotency keys, and contents of plans that no run has and that a later
 * one took the place of. Who pruned leaves a row in the record, also where it failed half-way, and so does what awaited
 * approval for so long.
 * @throws OutOfBoundsError for a key with any bound
 */
export async function pruneTasks(
  { db, changes }: Pick<Store, 'db'> & Partial<Pick<Store, 'changes'>>,
  viewer: Viewer,
  cutoff: string,
  via: DecisionVia = 'graphql',
): Promise<Pruned> {
  refuseBounded(boundsFor(viewer, 'admin'), 'prune, which deletes tasks of every plan');
  const pruned: Pruned = { deleted: 0, deletedRuns: 0, keptRuns: 0, cutoff };
  try {
    await deleteAll(db, viewer, pruned);
  } catch (error) {
    // Where the record cannot be written either, the first failure is the one to tell.
    await record(db, viewer, pruned, { via, isWhole: false }).catch(() => undefined);
    throw error;
  } finally {
    // Who watches must not go on showing what is gone.
    if (pruned.deleted + pruned.deletedRuns > 0) changes?.publishGap();
  }
  await record(db, viewer, pruned, { via, isWhole: true });
  return pruned;
}

/** Deletes one thing after the other, and counts it as soon as it is gone. */
async function deleteAll(db: Database, viewer: Viewer, pruned: Pruned): Promise<void> {
  const { cutoff } = pruned;
  await pruneRuns(db, cutoff, pruned);
  for (const leftovers of outsideTasks(viewer))
    await deleteInPortions(db, cutoff, leftovers, ({ rows, emptied }) => {
      pruned.deleted += rows;
      pruned.deletedRuns += emptied;
    });
  await deleteInPortions(db, cutoff, emptyRuns, ({ rows }) => {
    pruned.deletedRuns += rows;
  });
  for (const leftovers of [oldKeys, oldScheduledRuns, oldDeliveries, oldContents])
    await deleteInPortions(db, cutoff, leftovers);
}

function record(
  db: Database,
  viewer: Viewer,
  { deleted, deletedRuns, keptRuns, cutoff }: Pruned,
  { via, isWhole }: { via: DecisionVia; isWhole: boolean },
): Promise<void> {
  const gone = `${plural(deleted, 'task')} and ${plural(deletedRuns, 'run')} deleted`;
  return recordDecision(db, {
    action: 'prune',
    outcome: 'done',
    subject: `before ${cutoff}`,
    via,
    note: isWhole
      ? `${gone}; ${plural(keptRuns, 'old run')} kept because not finished`
      : `${gone}, then the prune failed and the rest was kept`,
    ...recordedBy(viewer),
  });
}

/** Those that began, and those that never did. */
function outsideTasks(viewer: Viewer): Leftovers[] {
  const outside = {
    table: 'agents_tasks',
    goes: 'old.step IS NULL',
    values: [recordedName(recordedBy(viewer)), viewer.address, viewer.kind, identityKey(viewer.id)],
    also: `INSERT INTO decisions (task_id, task, run_id, action, outcome, viewer, viewer_kind, via, address, note, from_status)
      SELECT id, task, run_id, 'cancel', 'decided', recorded_viewer($2::text, $4::text, $5::text), $4::text, 'engine', $3::text, 'pruned', status FROM gone
      WHERE status = 'awaiting_approval'`,
    emptied: emptiedRuns,
  };
  return [
    {
      ...outside,
      order: { started_at: 'timestamptz', id: 'int' },
      isOld: 'started_at < $1',
    },
    {
      ...outside,
      order: { id: 'int' },
      fixed: 'started_at',
      isOld: 'started_at IS NULL',
      goes: 'old.step IS NULL AND old.finished_at < $1',
    },
  ];
}

/**
 * The runs that lose their last task, however young their rows are; those of the engine have a time of their own. One that
 * somebody adds a task to at this moment holds its row, and stays.
 */
const emptiedRuns: Emptied = {
  by: 'run_id',
  async remove(tx: Queryable, names) {
    const locked = await tx.query(lockEmptiedRuns(names));
    const gone = await tx.query(deleteRunsWithoutTasks(locked.map(({ runId }) => runId)));
    return gone.length;
  },
};

const lockEmptiedRuns = statement({
  name: 'lock_emptied_runs',
  text: `SELECT run_id AS "runId" FROM runs WHERE run_id = ANY($1::text[]) AND plan_hash IS NULL
        AND ${isEmpty('runs')} ORDER BY run_id FOR UPDATE SKIP LOCKED`,
  row: { runId: col.text },
});

const deleteRunsWithoutTasks = statement({
  name: 'delete_runs_without_tasks',
  text: `DELETE FROM runs WHERE run_id = ANY($1::text[]) AND ${isEmpty('runs')} RETURNING 1`,
});

const emptyRuns: Leftovers = {
  table: 'runs',
  order: { created_at: 'timestamptz', run_id: 'text' },
  isOld: 'created_at < $1',
  goes: isEmpty('old'),
};

const oldKeys: Leftovers = {
  table: 'idempotency_keys',
  order: { created_at: 'timestamptz', viewer: 'text', key: 'text' },
  isOld: 'created_at < $1',
};

const oldScheduledRuns: Leftovers = {
  table: 'schedule_ticks',
  order: { due_at: 'timestamptz', plan: 'text', project: 'text' },
  isOld: `due_at < least($1, now() - ${keptScheduledRuns})`,
};

const oldDeliveries: Leftovers = {
  table: 'deliveries',
  order: { created_at: 'timestamptz', id: 'uuid' },
  isOld: 'created_at < $1',
  goes: "old.task_id IS NULL AND old.state <> 'pending'",
};

/** The latest content of each project and name stays: it is what the name means, and what the history of its runs is read with. */
const oldContents: Leftovers = {
  table: 'plans',
  order: { registered_at: 'timestamptz', hash: 'bpchar' },
  isOld: 'registered_at < $1',
  goes: `EXISTS (SELECT 1 FROM plans later WHERE later.name = old.name AND later.project = old.project
      AND (later.registered_at, later.hash) > (old.registered_at, old.hash))
    AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_hash = old.hash)`,
};

function isEmpty(runs: string): string {
  return `NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = ${runs}.run_id)`;
}
