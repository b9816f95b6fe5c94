import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { NotFoundError } from '../input/errors.ts';
import { type ListedTask, listedTaskRow, selectListed, selectTask, type Task, taskRow } from './task.ts';

/** Reads one task, or null when there is none with this id. */
export async function findTask(db: Queryable, id: number): Promise<Task | null> {
  const [task] = await db.query(taskById(id));
  return task ?? null;
}

const taskById = statement({
  name: 'task_by_id',
  text: `SELECT ${selectTask} FROM agents_tasks WHERE id = $1`,
  row: taskRow,
});

/** Reads one task. @throws NotFoundError */
export async function readTask(db: Queryable, id: number): Promise<Task> {
  const task = await findTask(db, id);
  if (task === null) throw new NotFoundError('Task', id);
  return task;
}

/** Reads several tasks with one statement, in the order of the ids; null where there is none. */
export async function findTasks(db: Queryable, ids: readonly number[]): Promise<(Task | null)[]> {
  return inOrder(await db.query(tasksByIds(ids)), ids);
}

const tasksByIds = statement({
  name: 'tasks_by_ids',
  text: `SELECT ${selectTask} FROM agents_tasks WHERE id = ANY($1::int[])`,
  row: taskRow,
});

/** Reads several tasks without what of them is large, with one statement, in the order of the ids; null where there is none. */
export async function findListed(db: Queryable, ids: readonly number[]): Promise<(ListedTask | null)[]> {
  return inOrder(await db.query(listedTasksByIds(ids)), ids);
}

const listedTasksByIds = statement({
  name: 'listed_tasks_by_ids',
  text: `SELECT ${selectListed} FROM agents_tasks WHERE id = ANY($1::int[])`,
  row: listedTaskRow,
});

function inOrder<T extends { id: number }>(tasks: readonly T[], ids: readonly number[]): (T | null)[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return ids.map((id) => byId.get(id) ?? null);
}
