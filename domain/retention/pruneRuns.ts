import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** What became of old runs. */
export interface PrunedRuns {
  /** How many tasks were deleted. */
  deleted: number;
  /** How many runs were deleted. */
  deletedRuns: number;
  /** How many runs were made before the time and are not over, or ended after it, so that they stay whole. */
  keptRuns: number;
}

/** So many runs are looked at with one statement. */
const pageSize = 200;
/** Runs of about so many tasks are deleted in one transaction, so that none holds its locks for long. */
const maxTasksTogether = 5000;

interface OldRun {
  runId: string;
  createdAt: string;
  /** How many tasks of the engine it has. */
  tasks: number;
  isOver: boolean;
}

/**
 * Deletes the runs of the engine that ended before a time, each whole or not at all: what a run's later steps need stays
 * for as long as they may still run. Adds to the total what is gone, as soon as it is.
 */
export async function pruneRuns(db: Database, cutoff: string, total: PrunedRuns): Promise<void> {
  let after: Pick<OldRun, 'runId' | 'createdAt'> = { runId: '', createdAt: '-infinity' };
  for (;;) {
    const runs = await readOldRuns(db, cutoff, after);
    for (const together of inPortions(runs.filter(({ isOver }) => isOver))) {
      const gone = await deleteWhole(
        db,
        cutoff,
        together.map(({ runId }) => runId),
      );
      total.deleted += gone.deleted;
      total.deletedRuns += gone.deletedRuns;
      total.keptRuns += together.length - gone.settled;
    }
    total.keptRuns += runs.filter(({ isOver }) => !isOver).length;
    const last = runs.at(-1);
    if (last === undefined || runs.length < pageSize) return;
    after = last;
  }
}

/**
 * The condition under which all of a run of the engine ended before a time, `$1`: no task of it is open, no command is
 * still being ended, nothing is owed to a pull request and nothing still to be sent. What never ran ended when the run
 * was made.
 */
const isOver = `NOT EXISTS (SELECT 1 FROM agents_tasks task WHERE task.run_id = runs.run_id AND step IS NOT NULL
      AND (status IN ('queued', 'running', 'awaiting_approval') OR finished_at >= $1::timestamptz
        OR EXISTS (SELECT 1 FROM task_attempts attempt WHERE attempt.task_id = task.id
          AND (attempt.finished_at IS NULL OR attempt.finished_at >= $1::timestamptz))
        OR EXISTS (SELECT 1 FROM approvals WHERE approvals.task_id = task.id
          AND (approvals.ended_at IS NULL OR approvals.ended_at >= $1::timestamptz OR pull_action_state = 'owed'))
        OR EXISTS (SELECT 1 FROM deliveries WHERE deliveries.task_id = task.id AND state = 'pending')))
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.run_id = runs.run_id AND state = 'pending')`;

function readOldRuns(
  db: Queryable,
  cutoff: string,
  { createdAt, runId }: Pick<OldRun, 'runId' | 'createdAt'>,
): Promise<OldRun[]> {
  return db.query(oldRuns(cutoff, createdAt, runId));
}

const oldRuns = statement({
  name: 'old_runs',
  text: `SELECT run_id AS "runId", created_at AS "createdAt", ${isOver} AS "isOver",
        (SELECT count(*) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id AND step IS NOT NULL) AS tasks
      FROM (SELECT run_id, created_at FROM runs WHERE plan_hash IS NOT NULL AND created_at < $1::timestamptz
        AND (created_at, run_id) > ($2::timestamptz, $3) ORDER BY created_at, run_id LIMIT ${pageSize}) runs`,
  row: { runId: col.text, createdAt: col.time, isOver: col.bool, tasks: col.int },
});

/**
 * Deletes those of some runs that are over now that they are locked, as everything locks a run that moves one of its
 * tasks. A run that outside reporters have added younger tasks to keeps its row for them.
 */
function deleteWhole(
  db: Database,
  cutoff: string,
  runIds: readonly string[],
): Promise<{ deleted: number; deletedRuns: number; settled: number }> {
  return db.transaction(async (tx) => {
    const locked = await tx.query(lockOldRuns(runIds));
    const over = await tx.query(
      runsStillOver(
        cutoff,
        locked.map(({ runId }) => runId),
      ),
    );
    const ids = over.map(({ runId }) => runId);
    const deleted = await deleteTasks(tx, ids);
    const runs = await tx.query(deleteEmptiedRuns(ids));
    return { deleted, deletedRuns: runs.length, settled: ids.length };
  });
}

const lockOldRuns = statement({
  name: 'lock_old_runs',
  text: `SELECT run_id AS "runId" FROM runs WHERE run_id = ANY($1::text[]) ORDER BY run_id FOR UPDATE SKIP LOCKED`,
  row: { runId: col.text },
});

const runsStillOver = statement({
  name: 'runs_still_over',
  text: `SELECT run_id AS "runId" FROM runs WHERE run_id = ANY($2::text[]) AND ${isOver}`,
  row: { runId: col.text },
});

const deleteEmptiedRuns = statement({
  name: 'delete_emptied_runs',
  text: `DELETE FROM runs WHERE run_id = ANY($1::text[])
        AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) RETURNING 1`,
});

/**
 * Deletes the tasks of runs with statements of a bounded length: one run may have very many. A row that somebody changes at
 * the same moment is waited for, and known again by its id: as a changed row it stands in another place.
 */
async function deleteTasks(tx: Queryable, runIds: readonly string[]): Promise<number> {
  for (let total = 0; ; ) {
    const [gone] = await tx.query(deleteTasksOfRuns(runIds));
    const deleted = gone?.deleted ?? 0;
    if (deleted === 0) return total;
    total += deleted;
  }
}

const deleteTasksOfRuns = statement({
  name: 'delete_tasks_of_runs',
  text: `WITH gone AS (DELETE FROM agents_tasks WHERE id = ANY (ARRAY(SELECT id FROM agents_tasks
            WHERE run_id = ANY($1::text[]) AND step IS NOT NULL ORDER BY id LIMIT ${maxTasksTogether} FOR UPDATE)) RETURNING 1)
        SELECT count(*) AS deleted FROM gone`,
  row: { deleted: col.int },
});

/** Divides runs so that each portion has few tasks, or is one run. */
function inPortions(runs: readonly OldRun[]): OldRun[][] {
  const portions: OldRun[][] = [];
  let tasks = Number.POSITIVE_INFINITY;
  for (const run of runs) {
    tasks += run.tasks;
    if (tasks > maxTasksTogether) {
      portions.push([]);
      tasks = run.tasks;
    }
    portions.at(-1)?.push(run);
  }
  return portions;
}
