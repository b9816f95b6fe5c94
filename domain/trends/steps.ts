import type { StepOrder } from '../../contract/words/trends.ts';
import type { Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { cellsOf, ownValue } from './cells.ts';
import type { Coverage } from './coverage.ts';
import { millisOf, percentileSql } from './histogram.ts';
import { partValues, type TrendRange, textOf, valuesOf } from './range.ts';

/** How the tasks of one step fared over a time, beside the same number of days before. Durations are milliseconds. */
export interface TrendStep {
  /** Empty for none. */
  project: string;
  plan: string;
  task: string;
  succeeded: number;
  failed: number;
  skipped: number;
  open: number;
  recovered: number;
  turns: number;
  /** Succeeded of those that succeeded or failed; null without any. */
  successRate: number | null;
  successRateBefore: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p50BeforeMs: number | null;
  p95BeforeMs: number | null;
  /** By how much the p50 grew: 0.5 is half as long again; null where there are too few tasks to tell. */
  p50Growth: number | null;
  isSlowing: boolean;
  isFlaky: boolean;
}

/** Some steps, and how many there are. */
export interface TrendSteps {
  steps: TrendStep[];
  total: number;
}

/** So many steps, those with the most tasks, are sorted by what was asked for; the others are only counted. */
export const maxSorted = 500;

/** So many tasks must have succeeded in both times for their durations to be compared. */
const fewestCompared = 5;

/** The p50 must have grown by so much, and by so many milliseconds, for a step to be slowing: more than the buckets can err. */
const slowing = { growth: 0.25, ms: 1000 };

/** So many turns between days with failures and days without make a step flaky. */
const flakyTurns = 3;

/** Reads the steps, those with the most tasks first, with one statement. */
export async function readSteps(db: Queryable, range: TrendRange, coverage: Coverage): Promise<TrendSteps> {
  const { before, days } = range;
  const [since = 0, until = 0] = [days[0], days.at(-1)];
  const stretches = [
    [before, since],
    [since, until],
  ] as const;
  const rows = await db.query(
    trendSteps(
      ...valuesOf(range, coverage, stretches),
      ...[textOf(since), maxSorted],
      ...partValues(coverage, stretches, ['week', 'day']),
    ),
  );
  return { steps: rows.map(toStep), total: rows[0]?.total ?? 0 };
}

/** Those of some steps that come first in an order. */
export function firstSteps(
  { steps, total }: TrendSteps,
  { first, order }: { first: number; order: StepOrder },
): TrendSteps {
  const sorted = steps.toSorted((one, other) => orders[order](other) - orders[order](one));
  return { steps: sorted.slice(0, first), total };
}

/** What steps are sorted by, the largest first; those that it cannot be said of come last. */
const orders: Record<StepOrder, (step: TrendStep) => number> = {
  tasks: ({ succeeded, failed, skipped, open }) => succeeded + failed + skipped + open,
  failing: ({ successRate }) => -(successRate ?? 2),
  slowest: ({ p95Ms }) => p95Ms ?? -1,
  slowing: ({ p50Growth }) => p50Growth ?? -2,
  flaky: ({ recovered, turns }) => recovered + turns,
};

function toStep(row: RowOfStatement<typeof trendSteps>): TrendStep {
  const { total: _total, measured, measuredBefore, p50, p95, p50Before, p95Before, ...counts } = row;
  const { succeededBefore, failedBefore, ...step } = counts;
  const isCompared = Math.min(measured ?? 0, measuredBefore ?? 0) >= fewestCompared;
  const [p50Ms, p50BeforeMs] = [millisOf(p50), millisOf(p50Before)];
  const growth = isCompared && p50Ms !== null && p50BeforeMs ? (p50Ms - p50BeforeMs) / p50BeforeMs : null;
  return {
    ...step,
    successRate: rateOf(step.succeeded, step.failed),
    successRateBefore: rateOf(succeededBefore, failedBefore),
    p50Ms,
    p95Ms: millisOf(p95),
    p50BeforeMs,
    p95BeforeMs: millisOf(p95Before),
    p50Growth: growth,
    isSlowing: growth !== null && growth >= slowing.growth && (p50Ms ?? 0) - (p50BeforeMs ?? 0) >= slowing.ms,
    isFlaky: step.recovered > 0 || step.turns >= flakyTurns,
  };
}

function rateOf(succeeded: number, failed: number): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

const step = 'project, plan, task';
const isNow = `at >= $${ownValue}::timestamptz`;
const durationParts = [2, 3, 4]
  .map((place) => `$${ownValue + place}::${place === 2 ? 'text' : 'timestamptz'}[]`)
  .join(', ');
const sum = (name: string, where: string) => `coalesce(sum(${name}) FILTER (WHERE ${where}), 0)::int8`;

const trendSteps = statement({
  name: 'trend_steps',
  text: `WITH cells AS (${cellsOf('step')}),
      by_day AS (SELECT ${step}, ${isNow} AS is_now, date_trunc('day', at, 'UTC') AS day,
          ${sum('total', `outcome IN ('succeeded', 'recovered')`)} AS succeeded, ${sum('total', `outcome = 'failed'`)} AS failed,
          ${sum('total', `outcome = 'skipped'`)} AS skipped, ${sum('total', `outcome = 'open'`)} AS open,
          ${sum('total', `outcome = 'recovered'`)} AS recovered
        FROM cells GROUP BY ${step}, is_now, day),
      turned AS (SELECT ${step}, count(*) FILTER (WHERE failed > 0 AND NOT was OR failed = 0 AND was) AS turns
        FROM (SELECT ${step}, failed, lag(failed > 0) OVER (PARTITION BY ${step} ORDER BY day) AS was
          FROM by_day WHERE is_now AND succeeded + failed > 0) in_order GROUP BY ${step}),
      named AS (SELECT ${step}, ${sum('succeeded', 'is_now')} AS succeeded, ${sum('failed', 'is_now')} AS failed,
          ${sum('skipped', 'is_now')} AS skipped, ${sum('open', 'is_now')} AS open, ${sum('recovered', 'is_now')} AS recovered,
          ${sum('succeeded', 'NOT is_now')} AS succeeded_before, ${sum('failed', 'NOT is_now')} AS failed_before,
          count(*) OVER () AS total, row_number() OVER () AS number
        FROM by_day GROUP BY ${step} HAVING bool_or(is_now)
        ORDER BY ${sum('succeeded + failed + skipped + open', 'is_now')} DESC, ${step} LIMIT $${ownValue + 1}::int),
      measurable AS MATERIALIZED (SELECT number, ${isNow} AS is_now, buckets, counts FROM (${cellsOf('step', durationParts)}) measured JOIN named USING (${step})
        WHERE outcome IN ('succeeded', 'recovered')),
      took AS (SELECT number, is_now, bucket, sum(n) AS n
        FROM measurable CROSS JOIN unnest(buckets, counts) AS kept (bucket, n) WHERE bucket >= 0 GROUP BY number, is_now, bucket),
      ranked AS (SELECT number, is_now, bucket, sum(n) OVER (PARTITION BY number, is_now ORDER BY bucket) AS up_to,
          (sum(n) OVER (PARTITION BY number, is_now))::int8 AS measured FROM took),
      percentiles AS (SELECT number, max(measured) FILTER (WHERE is_now) AS measured,
          max(measured) FILTER (WHERE NOT is_now) AS measured_before,
          ${percentileSql(50, 'is_now')} AS p50, ${percentileSql(95, 'is_now')} AS p95,
          ${percentileSql(50, 'NOT is_now')} AS p50_before, ${percentileSql(95, 'NOT is_now')} AS p95_before
        FROM ranked GROUP BY number)
      SELECT ${step}, succeeded, failed, skipped, open, recovered, coalesce(turns, 0) AS turns, total,
        succeeded_before AS "succeededBefore", failed_before AS "failedBefore", measured, measured_before AS "measuredBefore",
        p50, p95, p50_before AS "p50Before", p95_before AS "p95Before"
      FROM named LEFT JOIN turned USING (${step}) LEFT JOIN percentiles USING (number)
      ORDER BY succeeded + failed + skipped + open DESC, ${step}`,
  row: {
    project: col.text,
    plan: col.text,
    task: col.text,
    succeeded: col.int,
    failed: col.int,
    skipped: col.int,
    open: col.int,
    recovered: col.int,
    turns: col.int,
    total: col.int,
    succeededBefore: col.int,
    failedBefore: col.int,
    measured: col.int.orNull,
    measuredBefore: col.int.orNull,
    p50: col.int.orNull,
    p95: col.int.orNull,
    p50Before: col.int.orNull,
    p95Before: col.int.orNull,
  },
});
