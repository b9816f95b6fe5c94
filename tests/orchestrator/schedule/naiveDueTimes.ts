/** A cron expression of numbers, lists, steps and `*` only, as a test makes it. */
export interface NaiveCron {
  minute: string;
  hour: string;
  day: string;
  month: string;
  weekday: string;
}

interface Wall {
  minutes: number;
  fits: boolean;
}

/**
 * Lists due times the slow way, minute by minute: a minute is due when its time of day fits and was not there in the
 * hours before, or when the clock jumped over a time of day that fits. A cron of all hours asks for the first only.
 */
export function naiveDueTimes(cron: NaiveCron, timezone: string, from: number, to: number): number[] {
  const isHourly = valuesOf(cron.hour, 0, 23).size === 24;
  const read = wallReader(cron, timezone);
  const hoursBefore = 4 * 60;
  const walls: Wall[] = [];
  for (let time = from - hoursBefore * 60_000; time <= to; time += 60_000) walls.push(read(time));
  const due: number[] = [];
  for (let index = hoursBefore + 1; index < walls.length; index++) {
    const wall = walls[index] as Wall;
    const before = walls[index - 1] as Wall;
    const time = from + (index - hoursBefore) * 60_000;
    if (isHourly) {
      if (wall.fits) due.push(time);
      continue;
    }
    const wasThere = walls.slice(index - hoursBefore, index).some(({ minutes }) => minutes === wall.minutes);
    let isDue = wall.fits && !wasThere;
    for (let skipped = before.minutes + 1; skipped < wall.minutes; skipped++) {
      isDue ||= fitsAt(cron, new Date(skipped * 60_000));
    }
    if (isDue) due.push(time);
  }
  return due;
}

function wallReader(cron: NaiveCron, timezone: string): (time: number) => Wall {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone: timezone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  return (time) => {
    const parts = Object.fromEntries(
      format.formatToParts(time).map(({ type, value }) => [type, Number(value)] as const),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    const wall = new Date(Date.UTC(year, month - 1, day, hour, minute));
    return { minutes: wall.getTime() / 60_000, fits: fitsAt(cron, wall) };
  };
}

function fitsAt(cron: NaiveCron, wall: Date): boolean {
  return (
    valuesOf(cron.minute, 0, 59).has(wall.getUTCMinutes()) &&
    valuesOf(cron.hour, 0, 23).has(wall.getUTCHours()) &&
    valuesOf(cron.day, 1, 31).has(wall.getUTCDate()) &&
    valuesOf(cron.month, 1, 12).has(wall.getUTCMonth() + 1) &&
    valuesOf(cron.weekday, 0, 6).has(wall.getUTCDay())
  );
}

function valuesOf(field: string, first: number, last: number): Set<number> {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const parts = field.split(',').flatMap((part) => {
    const [range = '*', step = '1'] = part.split('/');
    const [low = first, high = low] = range === '*' ? [first, last] : range.split('-').map(Number);
    return all.filter((value) => value >= low && value <= high && (value - low) % Number(step) === 0);
  });
  return new Set(parts);
}
