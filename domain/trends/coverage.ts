import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** Which times the cells cover. */
export interface Coverage {
  /** From here on; null where nothing lies before. */
  from: string | null;
  /** Up to here: from here on the rows themselves are read. */
  to: string;
}

/** The hour up to which all is counted, as SQL: what is younger than two hours makes no mark when it changes. */
export const countedUpTo = `date_trunc('hour', now() - interval '3 hours', 'UTC')`;

/** Reads which times the cells cover. */
export async function readCoverage(db: Queryable): Promise<Coverage> {
  const [coverage] = await db.query(trendCoverage());
  if (coverage === undefined) throw new Error('The statement returned no row.');
  return { from: coverage.isWhole ? null : coverage.from, to: coverage.to };
}

const trendCoverage = statement({
  name: 'trend_coverage',
  text: `SELECT coalesce(covered_from, ${countedUpTo}) AS "from", coalesce(covered_to, ${countedUpTo}) AS "to",
        coalesce(is_whole, false) AS "isWhole"
      FROM (SELECT 1) one LEFT JOIN trend_coverage ON true`,
  row: { from: col.time, to: col.time, isWhole: col.bool },
});
