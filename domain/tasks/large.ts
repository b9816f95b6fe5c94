import type { Queryable } from '../../database/database.ts';
import { type Column, col, statement } from '../../database/statement.ts';
import type { ListedTask, Task } from './task.ts';

/** The columns of up to 64 KB each that lists may leave out. */
const largeColumns = {
  inputs: { table: 'agents_tasks', key: 'id', column: 'inputs', keys: 'int[]' },
  logExcerpt: { table: 'agents_tasks', key: 'id', column: 'log_excerpt', keys: 'int[]' },
  outputs: { table: 'agents_tasks', key: 'id', column: 'outputs', keys: 'int[]' },
  attemptExcerpt: { table: 'task_attempts', key: 'lease_id', column: 'log_excerpt', keys: 'uuid[]' },
  runInputs: { table: 'runs', key: 'run_id', column: 'inputs', keys: 'text[]' },
} as const;

/** What a large column holds: an excerpt, or an object. */
export interface LargeValues {
  inputs: Record<string, unknown> | null;
  logExcerpt: string | null;
  outputs: Record<string, string> | null;
  attemptExcerpt: string | null;
  runInputs: Record<string, unknown> | null;
}

/** Reads one large column of several rows with one statement, in the order of their keys; null where there is none. */
export async function readLarge<F extends keyof LargeValues>(
  db: Queryable,
  field: F,
  keys: readonly (number | string)[],
): Promise<(LargeValues[F] | null)[]> {
  const rows = await db.query(largeStatements[field](keys));
  const byKey = new Map(rows.map((row) => [row.key, row.value as LargeValues[F]]));
  return keys.map((one) => byKey.get(one) ?? null);
}

const largeStatements = {
  inputs: largeOf('inputs', { key: col.int, value: col.json<LargeValues['inputs']>().orNull }),
  logExcerpt: largeOf('logExcerpt', { key: col.int, value: col.text.orNull }),
  outputs: largeOf('outputs', { key: col.int, value: col.json<LargeValues['outputs']>().orNull }),
  attemptExcerpt: largeOf('attemptExcerpt', { key: col.text, value: col.text.orNull }),
  runInputs: largeOf('runInputs', { key: col.text, value: col.json<LargeValues['runInputs']>().orNull }),
};

function largeOf(field: keyof LargeValues, row: { key: Column<number | string>; value: Column<unknown> }) {
  const { table, key, column, keys } = largeColumns[field];
  const text = `SELECT ${key} AS key, ${column} AS value FROM ${table} WHERE ${key} = ANY($1::${keys})`;
  return statement({ name: `large_${field}`, text, row });
}

/** Adds what lists left out of some tasks, with one statement for all of them. */
export async function completeTasks(db: Queryable, tasks: readonly ListedTask[]): Promise<Task[]> {
  const ids = tasks.filter(({ leftOut }) => leftOut).map(({ id }) => id);
  if (ids.length === 0) return tasks as Task[];
  const rows = await db.query(largeOfTasks(ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return tasks.map((task) => ({ ...task, ...byId.get(task.id) }) as Task);
}

const largeOfTasks = statement({
  name: 'large_of_tasks',
  text: 'SELECT id, inputs, log_excerpt AS "logExcerpt" FROM agents_tasks WHERE id = ANY($1::int[])',
  row: { id: col.int, inputs: col.json<Task['inputs']>().orNull, logExcerpt: col.text.orNull },
});
