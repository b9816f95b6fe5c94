import type { ListedTask } from '../../domain/tasks/task.ts';
import type { Context } from '../context.ts';

/** Reads the task of a row that goes when its task goes. */
export async function readTaskOf({ loadTask }: Context, taskId: number): Promise<ListedTask> {
  const task = await loadTask(taskId);
  if (task) return task;
  throw new Error(`Task ${taskId} was deleted while its details were read.`);
}
