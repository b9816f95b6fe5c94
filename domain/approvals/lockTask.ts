import type { Queryable } from '../../database/database.ts';
import { selectTask, type Task } from '../tasks/task.ts';

/** Locks the row of a task's run before its tasks', as everything does that moves them. */
export async function lockRunOf(tx: Queryable, id: number): Promise<void> {
  await tx.query({
    name: 'lock_run_of_task',
    text: `SELECT 1 FROM runs WHERE plan_hash IS NOT NULL
      AND run_id = (SELECT run_id FROM agents_tasks WHERE id = $1) FOR UPDATE`,
    values: [id],
  });
}

/** Locks the row of a task and reads it; nothing when it is not there. */
export async function lockTask(tx: Queryable, id: number): Promise<Task | undefined> {
  const [task] = await tx.query<Task>({
    name: 'lock_task',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1 FOR UPDATE`,
    values: [id],
  });
  return task;
}
