import { type RunOutcome, runOutcomes } from '../../contract/words/trends.ts';
import { clockTime } from '../format/time.ts';
import type { TrendsViewQuery } from '../generated/graphql.ts';

type Trends = TrendsViewQuery['trends'];
export type TrendDay = Trends['days'][number];

/** A day with its place in a calendar whose columns are weeks and whose rows are weekdays. */
export interface CalendarDay {
  /** `2025-01-15` */
  date: string;
  /** 0 is Monday. */
  weekday: number;
  /** Weeks since the one that the calendar begins with. */
  week: number;
  since: string;
  until: string;
  counts: Record<RunOutcome, number>;
  total: number;
  /** Whether some of its runs may not be counted yet. */
  isUncounted: boolean;
}

export interface Calendar {
  days: readonly CalendarDay[];
  /** The Monday of each week, and the month that begins in it, from 0 on; that of the first day in the first one. */
  weeks: readonly { monday: string; month: number | undefined }[];
}

const dayMs = 86_400_000;

/** Lays days out as a calendar, by their dates in the zone that they are of: clocks that change move none. */
export function calendarOf({
  days,
  timezone,
  completeSince,
}: Pick<Trends, 'days' | 'timezone' | 'completeSince'>): Calendar {
  const placed = days.map((day) => {
    const { date } = clockTime(new Date(day.since), timezone);
    // The first of January 1970 was a Thursday.
    const sinceMonday = Date.parse(date) / dayMs + 3;
    return { day, date, sinceMonday };
  });
  const first = Math.floor((placed[0]?.sinceMonday ?? 0) / 7);
  const last = Math.floor((placed.at(-1)?.sinceMonday ?? -1) / 7);
  return {
    days: placed.map(({ day, date, sinceMonday }) => {
      const counts = countsOf(day);
      return {
        date,
        weekday: sinceMonday - 7 * Math.floor(sinceMonday / 7),
        week: Math.floor(sinceMonday / 7) - first,
        since: day.since,
        until: day.until,
        counts,
        total: runOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0),
        isUncounted: completeSince !== null && Date.parse(day.since) < Date.parse(completeSince),
      };
    }),
    weeks: Array.from({ length: last - first + 1 }, (_, week) => {
      const monday = ((first + week) * 7 - 3) * dayMs;
      const sunday = new Date(monday + 6 * dayMs);
      const begins = sunday.getUTCDate() <= 7;
      return {
        monday: new Date(monday).toISOString().slice(0, 10),
        month: begins
          ? sunday.getUTCMonth()
          : week === 0
            ? Number(placed[0]?.date.slice(5, 7)) - 1
            : undefined,
      };
    }),
  };
}

/** What a day shows of several outcomes: the first of these that a run has. */
const worstFirst = ['failed', 'awaiting_approval', 'open', 'succeeded', 'skipped'] as const;
worstFirst satisfies readonly RunOutcome[];

/** The outcome that a day shows; undefined where it had no run. */
export function worstOf({ counts }: Pick<CalendarDay, 'counts'>): RunOutcome | undefined {
  return worstFirst.find((outcome) => counts[outcome] > 0);
}

/** The outcomes that runs had, the worst first, with how many had them. */
export function outcomesOf(counts: Record<RunOutcome, number>): (readonly [RunOutcome, number])[] {
  return worstFirst.flatMap((outcome) => (counts[outcome] > 0 ? [[outcome, counts[outcome]] as const] : []));
}

/** Adds up the runs of all days. */
export function sumOf(days: readonly CalendarDay[]): Record<RunOutcome, number> {
  const sum = Object.fromEntries(runOutcomes.map((outcome) => [outcome, 0])) as Record<RunOutcome, number>;
  for (const { counts } of days) for (const outcome of runOutcomes) sum[outcome] += counts[outcome];
  return sum;
}

function countsOf({ succeeded, failed, awaitingApproval, skipped, open }: TrendDay) {
  return { succeeded, failed, awaiting_approval: awaitingApproval, skipped, open };
}
