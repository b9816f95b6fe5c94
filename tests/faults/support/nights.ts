/** A plan is due each night at this time of day: 02:30. */
const dueMinutes = 2 * 60 + 30;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Finds when a time of day comes on a date in a time zone: where clocks leave it out, when they are put on; the first, where twice. */
export function nightOf(date: string, timezone: string, minuteOfDay = dueMinutes): number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    hourCycle: 'h23',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const day = Number(date.slice(8));
  const begin = Date.parse(`${date}T00:00:00Z`) - 14 * hourMs;
  for (let time = begin; ; time += 10 * minuteMs) {
    const parts = format.formatToParts(time).map(({ type, value }) => [type, Number(value)]);
    const wall = Object.fromEntries(parts) as { day: number; hour: number; minute: number };
    if (wall.day === day && wall.hour * 60 + wall.minute >= minuteOfDay) return time;
  }
}

/** The dates from one to another. */
export function datesFrom(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let time = Date.parse(first); time <= Date.parse(last); time += 24 * hourMs) {
    dates.push(new Date(time).toISOString().slice(0, 10));
  }
  return dates;
}

/** A look for due times: what the clocks showed, and whether it certainly was made or may have been cut off. */
export interface Look {
  keeper: number;
  server: number;
  isCertain: boolean;
}

/**
 * Says what may have become of a due time after these looks, in their order: the first one that certainly saw it
 * decides, or one before that may have been cut off. `none` when none saw it.
 */
export function possibleOutcomes(due: number, looks: readonly Look[], isBlocked: boolean): Set<string> {
  const outcomes = new Set<string>();
  for (const { keeper, server, isCertain } of looks) {
    if (keeper < due || server < due) continue;
    const late = server - due;
    const runs = late <= 5 * minuteMs ? 'started' : 'made_up';
    outcomes.add(late > 12 * hourMs ? 'missed' : isBlocked ? 'skipped' : runs);
    if (isCertain) return outcomes;
  }
  return outcomes.add('none');
}

/** A source of chance. */
export interface Chance {
  next(): number;
  pick<T>(values: readonly T[]): T;
}

/** Gives a source of chance that gives the same again for the same seed. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, pick: <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T };
}
