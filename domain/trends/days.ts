import { type RunOutcome, runOutcomes } from '../../contract/words/trends.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { cellsOf, ownValue } from './cells.ts';
import type { Coverage } from './coverage.ts';
import { type TrendRange, textOf, valuesOf } from './range.ts';

/** The runs that were created on one day, by their outcomes. */
export interface TrendDay extends Record<RunOutcome, number> {
  /** When the day begins and ends. */
  since: string;
  until: string;
}

/** Counts the runs of each day by their outcomes, with one statement; days without runs have zeros. */
export async function readDays(db: Queryable, range: TrendRange, coverage: Coverage): Promise<TrendDay[]> {
  const { days } = range;
  const each = days.slice(1).map((until, place) => [days[place] ?? until, until] as const);
  const rows = await db.query(
    trendDays(
      ...valuesOf(range, coverage, each),
      days.map((day) => textOf(day)),
    ),
  );
  const found = days.slice(0, -1).map(
    (since, place): TrendDay => ({
      since: textOf(since),
      until: textOf(days[place + 1] ?? since),
      ...(Object.fromEntries(runOutcomes.map((outcome) => [outcome, 0])) as Record<RunOutcome, number>),
    }),
  );
  for (const { day, outcome, runs } of rows) {
    const one = found[day - 1];
    if (one) one[outcome] += runs;
  }
  return found;
}

const trendDays = statement({
  name: 'trend_days',
  text: `WITH cells AS (${cellsOf('run')})
      SELECT width_bucket(at, $${ownValue}::timestamptz[]) AS day, outcome, sum(total) AS runs FROM cells GROUP BY 1, 2`,
  row: { day: col.int, outcome: col.word<RunOutcome>(), runs: col.int },
});
