import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { isNamedIn, spellingsOf } from './spellings.ts';

/** A column that holds the name of who did something, and may be rewritten. */
interface NamedColumn {
  table: string;
  column: string;
  /** What else of the row is rewritten with it: the name stands in it. */
  text?: string;
  /** Which rows may be. @default all */
  where?: string;
}

/**
 * All columns with names of people, apart from the record, which holds numbers. A column that is new must stand here, or
 * in the test with the reason why it holds no person's name.
 */
export const namedColumns: readonly NamedColumn[] = [
  { table: 'agents_tasks', column: 'approver', text: 'reason' },
  { table: 'agents_tasks', column: 'acknowledged_by' },
  { table: 'freezes', column: 'frozen_by' },
  { table: 'runs', column: 'started_by' },
  { table: 'plans', column: 'registered_by' },
  { table: 'plan_states', column: 'said_by' },
  { table: 'plan_origins', column: 'said_by' },
  { table: 'api_keys', column: 'made_by' },
  { table: 'api_keys', column: 'revoked_by' },
  { table: 'people', column: 'removed_by' },
  { table: 'principals', column: 'linked_by' },
  { table: 'sessions', column: 'ended_by' },
  // A link that may still be used is deleted: nobody could tell any more for whom it was.
  { table: 'approval_links', column: 'recipient', where: 'used_at IS NOT NULL' },
  // What is being sent must know to whom.
  { table: 'deliveries', column: 'recipient', where: `state <> 'pending'` },
];

/** So many rows are rewritten with one statement. */
const portionSize = 500;

const rewrites = namedColumns.map(({ table, column, text, where = 'true' }) => ({
  spellings: spellingsOf(table, column),
  rewrite: statement({
    name: `forget_${table}_${column}`,
    text: `UPDATE ${table} SET ${column} = $2::text${
      text === undefined ? '' : `, ${text} = replace(${text}, ${column}, $2::text)`
    } WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${isNamedIn(column, '$1', '$3')} AND ${where}
      LIMIT ${portionSize} FOR UPDATE)) RETURNING 1`,
  }),
}));

/** Writes a number where a name with one of these keys stands, in portions that are transactions of their own; says in how many rows. */
export async function rewriteNames(
  db: Queryable & { transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> },
  keys: readonly string[],
  number: string,
): Promise<number> {
  let rewritten = 0;
  for (const { rewrite, spellings } of rewrites) {
    const spelled = await spellings(db, keys);
    let rows: number;
    do {
      rows = (await db.transaction((tx) => tx.query(rewrite(keys, number, spelled)))).length;
      rewritten += rows;
    } while (rows === portionSize);
  }
  return rewritten;
}
