import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';

/** How many remarks a task keeps. */
export const maxRemarks = 20;

/** How many characters of a remark are kept. */
const maxLength = 1000;

/**
 * Adds remarks to a task: sentences for people about what was left out, passed over or held, and what to do about it.
 * One that is there already is not added again, and past 20 the rest is dropped. What an outside report brings
 * (`ofReport`) is added to the tasks of outside reporters alone, and to none that was decided.
 */
export async function addRemarks(
  tx: Queryable,
  taskId: number,
  remarks: readonly string[],
  { ofReport = false } = {},
): Promise<void> {
  if (remarks.length === 0) return;
  await tx.query(addRemarksSql(taskId, toRemarks(remarks), ofReport));
}

const addRemarksSql = statement({
  name: 'add_remarks',
  text: `UPDATE agents_tasks SET remarks = (remarks || ARRAY(
        SELECT text FROM unnest($2::text[]) WITH ORDINALITY AS added (text, place)
        WHERE text <> ALL (remarks) ORDER BY place))[1:${maxRemarks}]
      WHERE id = $1 AND (NOT $3::boolean OR step IS NULL AND coalesce(approval_state, 'pending') = 'pending')`,
});

/** Makes remarks of sentences: each once, cut to what is kept. */
export function toRemarks(sentences: readonly string[]): string[] {
  return [...new Set(sentences.map(toRemark))];
}

/** Cuts a remark to what is kept of it. */
export function toRemark(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}
