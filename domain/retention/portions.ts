import type { Database, Queryable } from '../../database/database.ts';

/** How many rows one statement looks at, so that none takes long or holds its locks for long. */
const portionSize = 5000;

/** Old rows of a table, and which of them are to go. */
export interface Leftovers {
  table: string;
  /** The columns by which they are walked over, in the order of an index, with their types; the first ones say how old a row is. */
  order: Readonly<Record<string, string>>;
  /** The first column of that index where it is the same in all of them. */
  fixed?: string;
  /** Which rows the walk is over; `$1` is the time, and what `values` adds comes after it. */
  isOld: string;
  /** Which of these go, asked of `old`. @default all of them */
  goes?: string;
  /** A further common table expression over `gone`, the deleted rows, such as one that writes a record. */
  also?: string;
  /** What is deleted after a portion, in its transaction, as it belonged to nothing else. */
  emptied?: Emptied;
  values?: readonly unknown[];
}

/** What a portion can leave empty. */
export interface Emptied {
  /** The column of the deleted rows that names it. */
  by: string;
  /** Deletes what is empty of it, and says how much that was. */
  remove(tx: Queryable, names: readonly string[]): Promise<number>;
}

/** What went with one portion. */
export interface Gone {
  rows: number;
  /** What the rows had left empty. */
  emptied: number;
}

/**
 * Deletes in portions, each with one statement in a transaction of its own: the walk goes on behind the last row that it
 * has looked at, so that rows which stay are looked at once. `count` hears of each portion that is gone.
 */
export async function deleteInPortions(
  db: Database,
  cutoff: string,
  leftovers: Leftovers,
  count: (gone: Gone) => void = () => undefined,
): Promise<void> {
  let after: string | null = null;
  do {
    const { last, ...gone } = await deletePortion(db, cutoff, leftovers, after);
    count(gone);
    after = last;
  } while (after !== null);
}

interface Portion {
  rows: number;
  /** The names of what they may have left empty. */
  names: string[];
  /** The last row that was looked at, as JSON; null when there are no more. */
  last: string | null;
}

/** As a transaction, which is tried again after a deadlock. */
function deletePortion(
  db: Database,
  cutoff: string,
  leftovers: Leftovers,
  after: string | null,
): Promise<Gone & Pick<Portion, 'last'>> {
  const { values = [], emptied } = leftovers;
  return db.transaction(async (tx) => {
    const portions = await tx.query<Portion>({
      text: portionSql(leftovers),
      values: [cutoff, ...values, after],
    });
    const { rows, names, last } = portions[0] ?? { rows: 0, names: [], last: null };
    return { rows, last, emptied: emptied && names.length > 0 ? await emptied.remove(tx, names) : 0 };
  });
}

function portionSql(leftovers: Leftovers): string {
  const { table, order, fixed, isOld, goes = 'true', also, emptied, values = [] } = leftovers;
  const columns = Object.keys(order);
  const names = columns.join(', ');
  const after = `$${values.length + 2}::jsonb`;
  const behind = Object.entries(order).map(([, type], place) => `(${after} ->> ${place})::${type}`);
  const beginning = `${after} IS NULL OR (${names}) > (${behind.join(', ')})`;
  const last = columns.map((column) => `${column}::text`).join(', ');
  const reversed = columns.map((column) => `${column} DESC`).join(', ');
  return `WITH portion AS MATERIALIZED (
      SELECT ctid AS place, ${names} FROM ${table} WHERE ${isOld} AND (${beginning})
      ORDER BY ${fixed === undefined ? '' : `${fixed}, `}${names} LIMIT ${portionSize}),
    gone AS (
      DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT old.ctid FROM ${table} old
        WHERE old.ctid = ANY (ARRAY(SELECT place FROM portion)) AND ${goes} FOR UPDATE OF old SKIP LOCKED))
      RETURNING *)${also === undefined ? '' : `, recorded AS (${also})`}
    SELECT (SELECT count(*) FROM gone) AS rows, ${emptied === undefined ? "'{}'::text[]" : `ARRAY(SELECT DISTINCT ${emptied.by}::text FROM gone)`} AS names,
      CASE WHEN (SELECT count(*) FROM portion) = ${portionSize}
      THEN (SELECT jsonb_build_array(${last}) FROM portion ORDER BY ${reversed} LIMIT 1)::text END AS last`;
}
