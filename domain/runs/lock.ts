import type { Queryable } from '../../database/database.ts';
import { sendInOrder } from '../../database/sendInOrder.ts';
import { col, statement } from '../../database/statement.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';

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
  const [run] = await tx.query(lockStatementOf(of));
  return run;
}

function lockStatementOf(of: RunOf) {
  if ('runId' in of) return lockRunById(of.runId);
  return 'taskId' in of ? lockRunOfTask(of.taskId) : lockRunOfLease(of.leaseId);
}

const lockRunById = lockRunWhere('lock_run', '$1');
const lockRunOfTask = lockRunWhere('lock_run_of_task', '(SELECT run_id FROM agents_tasks WHERE id = $1)');
const lockRunOfLease = lockRunWhere(
  'lock_run_of_lease',
  '(SELECT run_id FROM agents_tasks WHERE id = (SELECT task_id FROM task_attempts WHERE lease_id = $1))',
);

function lockRunWhere(name: string, runId: string) {
  return statement({
    name,
    text: `SELECT run_id AS "runId", scope, plan_hash AS "planHash", left_out AS "leftOut", places AS slots FROM runs
      WHERE plan_hash IS NOT NULL AND run_id = ${runId} FOR UPDATE`,
    row: {
      runId: col.text,
      scope: col.text.sure,
      planHash: col.text.sure,
      leftOut: col.list(col.int),
      slots: col.int,
    },
  });
}

/** Locks the row of a run, whoever runs it. Says whether there is one. */
export async function lockAnyRun(tx: Queryable, runId: string): Promise<boolean> {
  return (await tx.query(lockAnyRunSql(runId))).length > 0;
}

const lockAnyRunSql = statement({
  name: 'lock_any_run',
  text: 'SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE',
});

/** Locks the run of a task and then the task, with one wait, and reads the task; undefined when it is not there. */
export async function lockTask(tx: Queryable, id: number): Promise<Task | undefined> {
  const [, task] = await sendInOrder([() => lockRun(tx, { taskId: id }), () => lockTaskAlone(tx, id)]);
  return task;
}

/** Locks the row of a task and reads it, for what changes nothing that its run depends on. */
export async function lockTaskAlone(tx: Queryable, id: number): Promise<Task | undefined> {
  const [task] = await tx.query(lockTaskSql(id));
  return task;
}

const lockTaskSql = statement({
  name: 'lock_task',
  text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1 FOR UPDATE`,
  row: taskRow,
});
