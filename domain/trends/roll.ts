import { type TrendGrain, trendSubjects } from '../../contract/words/trends.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { countedUpTo } from './coverage.ts';
import { firstWeek } from './weeks.ts';

/** About so many tasks are counted in one transaction; at least those of an hour. */
const portionSize = 5000;

/**
 * Counts one more stretch of time into cells, in a transaction of its own: what has passed since the last time, an hour that
 * has changed since it was counted, or what lies before all that was counted so far. Of several replicas one does it.
 * Says whether there may be more.
 */
export async function rollOnce(db: Pick<Database, 'transaction'>): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.query(beginCoverage());
    const [coverage] = await tx.query(lockCoverage());
    // Another replica is at it.
    if (coverage === undefined) return false;
    return (await rollForward(tx, coverage)) || (await rollMarked(tx, coverage)) || rollBack(tx, coverage);
  });
}

type Covered = RowOfStatement<typeof lockCoverage>;

const beginCoverage = statement({
  name: 'begin_trend_coverage',
  text: `INSERT INTO trend_coverage (covered_from, covered_to) SELECT ${countedUpTo}, ${countedUpTo}
      WHERE NOT EXISTS (SELECT 1 FROM trend_coverage) ON CONFLICT DO NOTHING`,
});

const lockCoverage = statement({
  name: 'lock_trend_coverage',
  text: `SELECT covered_from AS "from", covered_to AS "to", is_whole AS "isWhole", ${countedUpTo} AS due
      FROM trend_coverage FOR UPDATE SKIP LOCKED`,
  row: { from: col.time, to: col.time, isWhole: col.bool, due: col.time },
});

async function rollForward(tx: Queryable, { to, due }: Covered): Promise<boolean> {
  if (Date.parse(to) >= Date.parse(due)) return false;
  const [next] = await tx.query(nextStretch(to, due));
  if (next) await roll(tx, next.since, next.until);
  await tx.query(moveCoveredTo(next?.until ?? due));
  return true;
}

/** What lies before all that was counted is counted with the rest there. */
async function rollMarked(tx: Queryable, { from, to, isWhole }: Covered): Promise<boolean> {
  const [marked] = await tx.query(markedHour(to, isWhole ? '-infinity' : from));
  if (marked) await roll(tx, marked.since, marked.until);
  return marked !== undefined;
}

async function rollBack(tx: Queryable, { from, isWhole }: Covered): Promise<boolean> {
  if (isWhole) return false;
  const [before] = await tx.query(stretchBefore(from));
  if (before) await roll(tx, before.since, before.until);
  await tx.query(moveCoveredFrom(before?.since ?? from, before === undefined));
  // Once all is covered, what was deleted before all rows that there are can be counted.
  return true;
}

/** Both ends are hours, and all of the stretch is of one day of UTC. */
async function roll(tx: Queryable, since: string, until: string): Promise<void> {
  await tx.query(rollQuarters(since, until));
  await tx.query(rollDay(since));
  await tx.query(rollWeek(since));
}

// What comes first at or after a time leads the stretch; what comes next after a portion ends it before its hour.
const nextStretch = statement({
  name: 'next_trend_stretch',
  text: `WITH first AS MATERIALIZED (SELECT date_trunc('hour', least(
          (SELECT min(started_at) FROM agents_tasks WHERE started_at >= $1::timestamptz),
          (SELECT min(created_at) FROM runs WHERE created_at >= $1::timestamptz),
          (SELECT min(ended_at) FROM approvals WHERE ended_at >= $1::timestamptz)), 'UTC') AS since)
      SELECT since, least($2::timestamptz, date_trunc('day', since, 'UTC') + interval '1 day',
          greatest(since + interval '1 hour', date_trunc('hour', coalesce((SELECT started_at FROM agents_tasks
            WHERE started_at >= since ORDER BY started_at, id LIMIT 1 OFFSET ${portionSize}), 'infinity'), 'UTC'))) AS until
      FROM first WHERE since < $2::timestamptz`,
  row: { since: col.time, until: col.time },
});

const stretchBefore = statement({
  name: 'trend_stretch_before',
  text: `WITH last AS MATERIALIZED (SELECT date_trunc('hour', greatest(
          (SELECT max(started_at) FROM agents_tasks WHERE started_at < $1::timestamptz),
          (SELECT max(created_at) FROM runs WHERE created_at < $1::timestamptz),
          (SELECT max(ended_at) FROM approvals WHERE ended_at < $1::timestamptz)), 'UTC') AS hour)
      SELECT greatest(date_trunc('day', hour, 'UTC'), least(hour, date_trunc('hour', coalesce((SELECT started_at FROM agents_tasks
            WHERE started_at < hour + interval '1 hour' ORDER BY started_at DESC, id DESC LIMIT 1 OFFSET ${portionSize}),
          '-infinity'), 'UTC') + interval '1 hour')) AS since, hour + interval '1 hour' AS until
      FROM last WHERE hour IS NOT NULL`,
  row: { since: col.time, until: col.time },
});

const markedHour = statement({
  name: 'marked_trend_hour',
  text: `SELECT hour AS since, hour + interval '1 hour' AS until FROM trend_marks WHERE hour < $1 AND hour >= $2 ORDER BY hour LIMIT 1`,
  row: { since: col.time, until: col.time },
});

const moveCoveredTo = statement({
  name: 'move_covered_to',
  text: 'UPDATE trend_coverage SET covered_to = $1',
});

const moveCoveredFrom = statement({
  name: 'move_covered_from',
  text: 'UPDATE trend_coverage SET covered_from = $1, is_whole = $2',
});

const subjects = trendSubjects.map((subject) => `'${subject}'`).join(', ');
const key = 'subject, at, project, plan, task, outcome';
const quarter = `date_bin('15 minutes', at, ${firstWeek})`;

// Marks and rows are read by one statement, so that a row is either there or marked as deleted. What was deleted before
// stays counted apart.
const rollQuarters = statement({
  name: 'roll_trend_quarters',
  text: `WITH taken AS (
        DELETE FROM trend_marks WHERE hour >= $1::timestamptz AND hour < $2::timestamptz RETURNING ${key}, ms),
      replaced AS (
        DELETE FROM trend_cells WHERE subject IN (${subjects}) AND grain = 'quarter' AND at >= $1::timestamptz AND at < $2::timestamptz
        RETURNING ${key}, is_deleted, buckets, counts),
      counted AS (
        SELECT subject, ${quarter} AS at, project, plan, task, outcome, false AS is_deleted, trend_bucket(ms) AS bucket, 1 AS n
          FROM trend_facts WHERE at >= $1::timestamptz AND at < $2::timestamptz AND NOT is_settled
        UNION ALL SELECT subject, ${quarter}, project, plan, task, outcome, true, trend_bucket(ms), 1
          FROM taken WHERE outcome IS NOT NULL
        UNION ALL SELECT ${key}, true, kept.bucket, kept.n
          FROM replaced CROSS JOIN unnest(buckets, counts) AS kept (bucket, n) WHERE is_deleted),
      grouped AS (SELECT ${key}, is_deleted, bucket, sum(n)::int AS n FROM counted GROUP BY ${key}, is_deleted, bucket)
      INSERT INTO trend_cells (${key}, is_deleted, grain, total, buckets, counts)
        SELECT ${key}, is_deleted, 'quarter', sum(n), array_agg(bucket ORDER BY bucket), array_agg(n ORDER BY bucket)
        FROM grouped GROUP BY ${key}, is_deleted`,
});

const rollDay = rollUp('roll_trend_day', { from: 'quarter', to: 'day', days: 1, of: subjects });

// The durations of steps are taken apart bucket by bucket, so they are worth fewer cells.
const rollWeek = rollUp('roll_trend_week', { from: 'day', to: 'week', days: 7, of: "'step'" });

/** Sums the cells around a time, `$1`, up to larger ones. */
function rollUp(
  name: string,
  { from, to, days, of }: { from: TrendGrain; to: TrendGrain; days: number; of: string },
) {
  const begin = `date_bin('${days} days', $1::timestamptz, ${firstWeek})`;
  const around = `at >= ${begin} AND at < ${begin} + interval '${days} days'`;
  return statement({
    name,
    text: `WITH replaced AS (DELETE FROM trend_cells WHERE subject IN (${of}) AND grain = '${to}' AND ${around}),
        grouped AS (SELECT subject, project, plan, task, outcome, kept.bucket, sum(kept.n)::int AS n
          FROM trend_cells CROSS JOIN unnest(buckets, counts) AS kept (bucket, n)
          WHERE subject IN (${of}) AND grain = '${from}' AND ${around}
          GROUP BY subject, project, plan, task, outcome, kept.bucket)
        INSERT INTO trend_cells (${key}, is_deleted, grain, total, buckets, counts)
          SELECT subject, ${begin}, project, plan, task, outcome, false, '${to}', sum(n),
            array_agg(bucket ORDER BY bucket), array_agg(n ORDER BY bucket)
          FROM grouped GROUP BY subject, project, plan, task, outcome`,
  });
}
