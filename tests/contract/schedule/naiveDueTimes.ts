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
 * hours before, or when the clock jumped over a time of day that fits. A pace is due whenever its time of day fits, and
 * after a jump only where nothing fits in the hour before the jump and the hour after it.
 */
export function naiveDueTimes(cron: NaiveCron, timezone: string, from: number, to: number): number[] {
  const read = wallReader(cron, timezone);
  const hoursBefore = 4 * 60;
  const walls: Wall[] = [];
  for (let time = from - hoursBefore * 60_000; time <= to; time += 60_000) walls.push(read(time));
  const due: number[] = [];
  for (let index = hoursBefore + 1; index < walls.length; index++) {
    const wall = walls[index] as Wall;
    const before = walls[index - 1] as Wall;
    const wasThere = walls.slice(index - hoursBefore, index).some(({ minutes }) => minutes === wall.minutes);
    let isDue = wall.fits && (isPaced(cron, wall.minutes) || !wasThere);
    for (let skipped = before.minutes + 1; skipped < wall.minutes; skipped++) {
      if (!fitsAt(cron, new Date(skipped * 60_000))) continue;
      isDue ||= !isPaced(cron, skipped) || !hasNeighbours(cron, before.minutes + 1, wall.minutes);
    }
    if (isDue) due.push(from + (index - hoursBefore) * 60_000);
  }
  return due;
}

/** Every hour of a range or of the day, or every so many minutes of hours that follow one another. */
function isPaced({ minute, hour }: NaiveCron, minutes: number): boolean {
  const own = Math.floor(minutes / 60) % 24;
  const hours = valuesOf(hour, 0, 23);
  if (hours.size === 24) return true;
  if (/[*/]/.test(minute)) return hours.has((own + 1) % 24) || hours.has((own + 23) % 24);
  return hour.split(',').some((part) => /^\d+-\d+$/.test(part) && valuesOf(part, 0, 23).has(own));
}

function hasNeighbours(cron: NaiveCron, first: number, next: number): boolean {
  for (let minutes = 1; minutes <= 60; minutes++)
    if ([first - minutes, next + minutes - 1].some((at) => fitsAt(cron, new Date(at * 60_000)))) return true;
  return false;
}

function wallReader(cron: NaiveCron, timezone: string): (time: number) => Wall {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
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
  const fitsMonthDay = valuesOf(cron.day, 1, 31).has(wall.getUTCDate());
  const fitsWeekday = [...valuesOf(cron.weekday, 0, 7)].some((day) => day % 7 === wall.getUTCDay());
  // Vixie's cron: a field that begins with a star must fit as well, of two others one is enough.
  const isEither = !cron.day.startsWith('*') && !cron.weekday.startsWith('*');
  return (
    valuesOf(cron.minute, 0, 59).has(wall.getUTCMinutes()) &&
    valuesOf(cron.hour, 0, 23).has(wall.getUTCHours()) &&
    valuesOf(cron.month, 1, 12).has(wall.getUTCMonth() + 1) &&
    (isEither ? fitsMonthDay || fitsWeekday : fitsMonthDay && fitsWeekday)
  );
}

function valuesOf(field: string, first: number, last: number): Set<number> {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const parts = field.split(',').flatMap((part) => {
    const [range = '*', step = '1'] = part.split('/');
    const [low = first, high = low] = range === '*' ? [first, last] : range.split('-').map(numberOf);
    return all.filter((value) => value >= low && value <= high && (value - low) % Number(step) === 0);
  });
  return new Set(parts);
}

/** Days of the week have names as well. */
function numberOf(text: string): number {
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].indexOf(text.toLowerCase());
  return day === -1 ? Number(text) : day;
}
