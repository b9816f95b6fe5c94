import type { Queryable } from '../../database/database.ts';
import { selectTask, type Task } from '../tasks/task.ts';

/** Locks a task that awaits approval, and before it the row of its run, which comes first everywhere. */
export async function lockAwaiting(tx: Queryable, runId: string, taskId: number): Promise<Task | undefined> {
  const run = tx.query({
    name: 'lock_run_of_awaiting',
    text: 'SELECT 1 FROM runs WHERE run_id = $1 AND plan_hash IS NOT NULL FOR UPDATE',
    values: [runId],
  });
  const task = tx.query<Task>({
    name: 'lock_awaiting_task',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1 AND status = 'awaiting_approval' FOR UPDATE`,
    values: [taskId],
  });
  const [, [found]] = await Promise.all([run, task]);
  return found;
}
