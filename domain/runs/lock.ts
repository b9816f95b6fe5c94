import type { Queryable } from '../../database/database.ts';
import { selectTask, type Task } from '../tasks/task.ts';

/** A run of the engine whose row this transaction holds. */
export interface LockedRun {
  runId: string;
  scope: string;
  planHash: string;
  /** The indexes of the steps that it was started without. */
  leftOut: readonly number[];
  /** How many of its tasks may run at once. */
  slots: number;
}

/** How a run is known: by its id, by one of its tasks, or by the lease of an attempt at one. */
type RunOf = { runId: string } | { taskId: number } | { leaseId: string };

/**
 * Locks the row of a run of the engine. Whatever moves tasks of a run takes this lock first and then those of the tasks, so
 * that no two transactions wait for each other. Undefined for a run of an outside reporter, whose row nobody needs.
 */
export async function lockRun(tx: Queryable, of: RunOf): Promise<LockedRun | undefined> {
  const [name, runId, value] = namesOf(of);
  const [run] = await tx.query<LockedRun>({
    name,
    text: `SELECT run_id AS "runId", scope, plan_hash AS "planHash", left_out AS "leftOut", places AS slots FROM runs
      WHERE plan_hash IS NOT NULL AND run_id = ${runId} FOR UPDATE`,
    values: [value],
  });
  return run;
}

function namesOf(of: RunOf): [name: string, runId: string, value: string | number] {
  if ('runId' in of) return ['lock_run', '$1', of.runId];
  if ('taskId' in of)
    return ['lock_run_of_task', '(SELECT run_id FROM agents_tasks WHERE id = $1)', of.taskId];
  const task = '(SELECT task_id FROM task_attempts WHERE lease_id = $1)';
  return ['lock_run_of_lease', `(SELECT run_id FROM agents_tasks WHERE id = ${task})`, of.leaseId];
}

/** Locks the row of a run, whoever runs it. Says whether there is one. */
export async function lockAnyRun(tx: Queryable, runId: string): Promise<boolean> {
  const text = 'SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE';
  return (await tx.query({ name: 'lock_any_run', text, values: [runId] })).length > 0;
}

/** Locks the run of a task and then the task, with one wait, and reads the task; undefined when it is not there. */
export async function lockTask(tx: Queryable, id: number): Promise<Task | undefined> {
  const [, task] = await Promise.all([lockRun(tx, { taskId: id }), lockTaskAlone(tx, id)]);
  return task;
}

/** Locks the row of a task and reads it, for what changes nothing that its run depends on. */
export async function lockTaskAlone(tx: Queryable, id: number): Promise<Task | undefined> {
  const [task] = await tx.query<Task>({
    name: 'lock_task',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1 FOR UPDATE`,
    values: [id],
  });
  return task;
}
