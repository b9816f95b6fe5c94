import type { TrendSubject } from '../../contract/words/trends.ts';

/** The number of the first value that is a statement's own: those before are the values of `cellsOf`. */
export const ownValue = 10;

/**
 * The SQL for all that is known of a subject: cells of the times `$1` to `$3`, or of other parts, and from `$4` to `$5` the rows themselves with
 * what was deleted of them, of the project `$6` and the plan `$7`, which `$8` and `$9` are if it names its project.
 */
export function cellsOf(
  subject: TrendSubject,
  parts = '$1::text[], $2::timestamptz[], $3::timestamptz[]',
): string {
  // OFFSET keeps PostgreSQL from reading all cells to join them: those of each part are found by index.
  return `SELECT at, project, plan, task, outcome, total, buckets, counts
      FROM unnest(${parts}) AS part (grain, since, until)
        CROSS JOIN LATERAL (SELECT * FROM trend_cells WHERE subject = '${subject}' AND grain = part.grain
          AND at >= part.since AND at < part.until AND ${isWanted} OFFSET 0) cell
    UNION ALL SELECT at, project, plan, task, outcome, 1, ARRAY[trend_bucket(ms)], ARRAY[1] FROM trend_facts
      WHERE subject = '${subject}' AND at >= $4::timestamptz AND at < $5::timestamptz AND NOT is_settled AND ${isWanted}
    UNION ALL SELECT at, project, plan, task, outcome, 1, ARRAY[trend_bucket(ms)], ARRAY[1] FROM trend_marks
      WHERE hour >= date_trunc('hour', $4::timestamptz, 'UTC') AND subject = '${subject}'
        AND at >= $4::timestamptz AND at < $5::timestamptz AND ${isWanted}`;
}

const isWanted = `($6::text IS NULL OR project = $6) AND ($7::text IS NULL OR plan = $7 OR project = $8::text AND plan = $9::text)`;
