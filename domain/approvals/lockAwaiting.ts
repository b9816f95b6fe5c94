import type { Queryable } from '../../database/database.ts';
import { lockTask } from '../runs/lock.ts';
import type { Task } from '../tasks/task.ts';

/** Locks a task and its run; undefined when it does not await approval any more. */
export async function lockAwaiting(tx: Queryable, taskId: number): Promise<Task | undefined> {
  const task = await lockTask(tx, taskId);
  return task?.status === 'awaiting_approval' ? task : undefined;
}
