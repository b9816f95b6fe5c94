import type { Queryable } from '../../database/database.ts';
import { NotFoundError } from '../input/errors.ts';
import { type ListedTask, selectListed, selectTask, type Task } from './task.ts';

/** Reads one task, or null when there is none with this id. */
export async function findTask(db: Queryable, id: number): Promise<Task | null> {
  const [task] = await db.query<Task>({
    name: 'task_by_id',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1`,
    values: [id],
  });
  return task ?? null;
}

/** Reads one task. @throws NotFoundError */
export async function readTask(db: Queryable, id: number): Promise<Task> {
  const task = await findTask(db, id);
  if (task === null) throw new NotFoundError('Task', id);
  return task;
}

/** Reads several tasks with one statement, in the order of the ids; null where there is none. */
export function findTasks(db: Queryable, ids: readonly number[]): Promise<(Task | null)[]> {
  return findInOrder<Task>(db, 'tasks_by_ids', selectTask, ids);
}

/** Reads several tasks without what of them is large, with one statement, in the order of the ids; null where there is none. */
export function findListed(db: Queryable, ids: readonly number[]): Promise<(ListedTask | null)[]> {
  return findInOrder<ListedTask>(db, 'listed_tasks_by_ids', selectListed, ids);
}

async function findInOrder<T extends { id: number }>(
  db: Queryable,
  name: string,
  columns: string,
  ids: readonly number[],
): Promise<(T | null)[]> {
  const text = `SELECT ${columns} FROM agents_tasks WHERE id = ANY($1::int[])`;
  const tasks = await db.query<T>({ name, text, values: [ids] });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return ids.map((id) => byId.get(id) ?? null);
}
