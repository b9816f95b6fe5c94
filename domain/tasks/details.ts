import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** What of a task is read only where it is asked for, since lists are slower for every column. */
export interface TaskDetails {
  /** Why it ended as it did, in a few words; null for a plain success. */
  reason: string | null;
  /** What was left out, passed over or held, and why; see `addRemarks`. */
  remarks: string[];
}

/** Reads the details of several tasks with one statement, in the order of the ids. */
export async function readDetails(db: Queryable, ids: readonly number[]): Promise<TaskDetails[]> {
  const rows = await db.query(detailsOfTasks(ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? { reason: null, remarks: [] });
}

const detailsOfTasks = statement({
  name: 'details_of_tasks',
  text: 'SELECT id, reason, remarks FROM agents_tasks WHERE id = ANY($1::int[])',
  row: { id: col.int, reason: col.text.orNull, remarks: col.list(col.text) },
});
