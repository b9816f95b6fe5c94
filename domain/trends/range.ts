import * as z from 'zod';
import { reference, time } from '../../contract/input/text.ts';
import { formatTime } from '../../contract/input/time.ts';
import { splitLabel } from '../../contract/projectName.ts';
import { maxTrendDays, type TrendGrain } from '../../contract/words/trends.ts';
import { InvalidInputError } from '../input/errors.ts';
import { planReference } from '../plans/planKey.ts';
import type { Coverage } from './coverage.ts';
import { dayStarts } from './dayStarts.ts';
import { firstWeekMs } from './weeks.ts';

/** How many days are read where nobody says since when. */
export const usualDays = 30;

/** Of which time, and of which plans, figures are asked for. */
export const trendsInput = z.object({
  since: time.nullish(),
  until: time.nullish(),
  timezone: z
    .string()
    .refine(isTimezone, { error: 'expected an IANA time zone such as Europe/Berlin' })
    .default('UTC'),
  project: reference(128).nullish(),
  plan: planReference.nullish(),
});
export type TrendsInput = z.output<typeof trendsInput>;

/** Whole days of a time zone, and the same number of days before them. Times are milliseconds since 1970. */
export interface TrendRange {
  timezone: string;
  /** The beginning of each day, and at last the end of the last one. */
  days: readonly number[];
  /** When the days before begin, which these are compared with. */
  before: number;
  project: string | null;
  /** The name of a plan, or with its project: `acme/site:nightly`. */
  plan: string | null;
}

/**
 * Widens a time to the whole days of its zone: the last 30 days, with today, unless it says otherwise.
 * @throws InvalidInputError
 */
export function toRange({ since, until, timezone, project, plan }: TrendsInput, now: number): TrendRange {
  const end = until == null ? now + 1 : Date.parse(until);
  const begin = since == null ? end - 1 - (usualDays - 1) * dayMs : Date.parse(since);
  if (begin >= end) throw fault('since', 'expected a time before `until`');
  if (end - begin > (maxTrendDays + 1) * dayMs) throw fault('since', tooLong);
  const days = dayStarts(begin, end, timezone);
  const count = days.length - 1;
  if (count > maxTrendDays) throw fault('since', tooLong);
  const [first = begin] = days;
  const middle = first - count * dayMs + dayMs / 2;
  const [before = first] = dayStarts(middle, middle + 1, timezone);
  if (before < earliest || (days.at(-1) ?? end) > latest)
    throw fault(since == null ? 'until' : 'since', outside);
  return { timezone, days, before, project: project ?? null, plan: plan ?? null };
}

const dayMs = 86_400_000;
/** The times that the API and the database write alike. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
const outside = 'expected days in the years 1 to 9999, with as many days before them';
const tooLong = `From \`since\` to \`until\` there may be at most ${maxTrendDays} days`;

/** The cells that hold a time. */
interface Part {
  grain: TrendGrain;
  since: number;
  until: number;
}

/** Times that follow each other and are told apart. */
export type Stretches = readonly (readonly [since: number, until: number])[];

/** The first nine values of each statement on cells and rows, see `cellsOf`. */
export function valuesOf(range: TrendRange, coverage: Coverage, stretches: Stretches): unknown[] {
  const { project, plan, days } = range;
  const label = plan === null ? undefined : splitLabel(plan);
  const until = days.at(-1) ?? 0;
  const rowsFrom = Math.min(until, Math.max(Date.parse(coverage.to), stretches[0]?.[0] ?? until));
  return [
    ...partValues(coverage, stretches, ['day']),
    ...[textOf(rowsFrom), textOf(until)],
    ...[project, plan, label?.project ?? null, label?.name ?? null],
  ];
}

/** The three values that name cells: as large ones as fit into the times, of these and quarters of an hour. */
export function partValues(
  { from, to }: Coverage,
  stretches: Stretches,
  grains: readonly ('week' | 'day')[],
): unknown[] {
  const coveredFrom = from === null ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const coveredTo = Date.parse(to);
  const parts = joined(
    stretches.flatMap(([since, until]) =>
      partsOf(Math.max(since, coveredFrom), Math.min(until, coveredTo), grains),
    ),
  );
  return [
    parts.map(({ grain }) => grain),
    parts.map(({ since }) => textOf(since)),
    parts.map(({ until }) => textOf(until)),
  ];
}

const lengths = { day: dayMs, week: 7 * dayMs };

/** Cuts a time into cells of the first grain, and smaller ones around them. */
function partsOf(since: number, until: number, [grain, ...smaller]: readonly ('week' | 'day')[]): Part[] {
  if (since >= until) return [];
  if (grain === undefined) return [{ grain: 'quarter', since, until }];
  const length = lengths[grain];
  const begin = (time: number) => firstWeekMs + Math.floor((time - firstWeekMs) / length) * length;
  const [first, last] = [begin(since + length - 1), begin(until)];
  return first < last
    ? [
        ...partsOf(since, first, smaller),
        { grain, since: first, until: last },
        ...partsOf(last, until, smaller),
      ]
    : partsOf(since, until, smaller);
}

/** The same in as few parts as they need. */
function joined(parts: readonly Part[]): Part[] {
  const found: Part[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last?.grain === part.grain && last.until === part.since) last.until = part.until;
    else found.push({ ...part });
  }
  return found;
}

/** A moment as the database takes it. */
export function textOf(time: number): string {
  return formatTime(new Date(time));
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function fault(field: string, expected: string): InvalidInputError {
  return new InvalidInputError([{ path: [field], message: expected, type: 'value_error' }]);
}
