import type { Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { cellsOf } from './cells.ts';
import type { Coverage } from './coverage.ts';
import { millisOf, percentileSql } from './histogram.ts';
import { type TrendRange, valuesOf } from './range.ts';

/** How approvals ended, and how long people took to decide. */
export interface TrendDecisions {
  approved: number;
  rejected: number;
  expired: number;
  cancelled: number;
  /** Approved of those that somebody approved or rejected; null without any. */
  acceptanceRate: number | null;
  /** Milliseconds from the request to the decision of those; null without any. */
  p50Ms: number | null;
  p95Ms: number | null;
}

/** Reads how the approvals ended that ended in a time, with one statement. */
export async function readDecisions(
  db: Queryable,
  range: TrendRange,
  coverage: Coverage,
): Promise<TrendDecisions> {
  const [first = 0, last = 0] = [range.days[0], range.days.at(-1)];
  const [row] = await db.query(trendDecisions(...valuesOf(range, coverage, [[first, last]])));
  if (row === undefined) throw new Error('The statement returned no row.');
  return toDecisions(row);
}

function toDecisions({ p50, p95, ...counts }: RowOfStatement<typeof trendDecisions>): TrendDecisions {
  const decided = counts.approved + counts.rejected;
  return {
    ...counts,
    acceptanceRate: decided === 0 ? null : counts.approved / decided,
    p50Ms: millisOf(p50),
    p95Ms: millisOf(p95),
  };
}

const trendDecisions = statement({
  name: 'trend_decisions',
  text: `WITH cells AS MATERIALIZED (${cellsOf('approval')}),
      took AS (SELECT bucket, sum(n) AS n FROM cells CROSS JOIN unnest(buckets, counts) AS kept (bucket, n)
        WHERE bucket >= 0 GROUP BY bucket),
      ranked AS (SELECT bucket, sum(n) OVER (ORDER BY bucket) AS up_to, sum(n) OVER () AS measured FROM took)
      SELECT coalesce(sum(total) FILTER (WHERE outcome = 'approved'), 0) AS approved,
        coalesce(sum(total) FILTER (WHERE outcome = 'rejected'), 0) AS rejected,
        coalesce(sum(total) FILTER (WHERE outcome = 'expired'), 0) AS expired,
        coalesce(sum(total) FILTER (WHERE outcome = 'cancelled'), 0) AS cancelled,
        (SELECT ${percentileSql(50, 'true')} FROM ranked) AS p50, (SELECT ${percentileSql(95, 'true')} FROM ranked) AS p95
      FROM cells`,
  row: {
    approved: col.int,
    rejected: col.int,
    expired: col.int,
    cancelled: col.int,
    p50: col.int.orNull,
    p95: col.int.orNull,
  },
});
