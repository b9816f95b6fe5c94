import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { maxInteger } from '../tasks/input.ts';

/** Says whether a viewer may see what a run was given: as a reader, or since it started the run. */
export function mayReadInputs(viewer: Viewer, { startedBy }: { startedBy: string | null }): boolean {
  return mayDo(viewer, 'read') || startedBy === viewer.id;
}

/** Says whether a viewer started each of some runs. Nobody started one that does not exist. */
export async function startedAll(db: Queryable, viewer: Viewer, runIds: readonly string[]): Promise<boolean> {
  const started = await runsStartedBy(db, viewer, runIds);
  return started.length === new Set(runIds).size;
}

/** Finds those of some runs that a viewer started; without ids the latest that it started, as many as a filter may name. */
export async function runsStartedBy(
  db: Queryable,
  viewer: Viewer,
  runIds?: readonly string[],
): Promise<string[]> {
  const find = runIds
    ? runsStartedAmong(runIds.filter(isName), viewer.id)
    : latestRunsStarted(viewer.id, maxLatest);
  return (await db.query(find)).map(({ runId }) => runId);
}

const maxLatest = 50;

const runsStartedAmong = statement({
  name: 'runs_started_among',
  text: `SELECT run_id AS "runId" FROM runs WHERE run_id = ANY($1::text[]) AND started_by = $2`,
  row: { runId: col.text },
});

const latestRunsStarted = statement({
  name: 'latest_runs_started',
  text: `SELECT run_id AS "runId" FROM runs WHERE started_by = $1 ORDER BY created_at DESC, run_id DESC LIMIT $2`,
  row: { runId: col.text },
});

/** Says whether the engine runs a task for a run that a viewer started: what others report into that run is theirs. */
export async function isOfOwnRun(db: Queryable, viewer: Viewer, taskId: number): Promise<boolean> {
  const found = await db.query(taskOfRunStarted(numberOf(taskId), viewer.id));
  return found.length > 0;
}

const taskOfRunStarted = statement({
  name: 'task_of_run_started',
  text: `SELECT 1 AS one FROM agents_tasks JOIN runs ON runs.run_id = agents_tasks.run_id
      WHERE id = $1 AND step IS NOT NULL AND started_by = $2`,
  row: { one: col.int },
});

/** Says whether the engine runs a task, and a viewer started its run or shows the lease of an attempt at it. */
export async function isOwnWork(
  db: Queryable,
  viewer: Viewer,
  { taskId, leaseId = null }: { taskId: number; leaseId?: string | null | undefined },
): Promise<boolean> {
  const found = await db.query(taskWorkedOn(numberOf(taskId), viewer.id, leaseId));
  return found.length > 0;
}

const taskWorkedOn = statement({
  name: 'task_worked_on',
  text: `SELECT 1 AS one FROM agents_tasks JOIN runs ON runs.run_id = agents_tasks.run_id
      WHERE id = $1 AND step IS NOT NULL AND (started_by = $2
        OR EXISTS (SELECT 1 FROM task_attempts WHERE lease_id = $3::uuid AND task_id = id))`,
  row: { one: col.int },
});

/** A number that no task has stands for one that no column holds. */
function numberOf(taskId: number): number {
  return Math.abs(taskId) <= maxInteger ? taskId : 0;
}

/** What PostgreSQL's text cannot hold names no run. */
function isName(runId: string): boolean {
  return !runId.includes('\0') && runId.isWellFormed();
}
