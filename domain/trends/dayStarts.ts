const dayMs = 86_400_000;

/**
 * Gives the beginnings of the days of a zone that hold a time or lie between two times, and of the day after, in
 * milliseconds since 1970. A day begins with its first moment: at one o'clock where the clocks leave midnight out, and not
 * again where they come to it twice. A day that a zone left out altogether is none.
 */
export function dayStarts(since: number, until: number, timezone: string): number[] {
  const wallAt = wallClock(timezone);
  const first = floorDay(wallAt(since));
  // The last moment before `until` is the last that counts.
  const last = Math.max(first, floorDay(wallAt(until - 1)));
  const starts: number[] = [];
  for (let day = first; day <= last + dayMs || starts.length < 2; day += dayMs)
    starts.push(...startOf(day, wallAt));
  return starts;
}

/** The beginning of a day, written as its midnight in UTC; none where the zone leaves the day out. */
function startOf(day: number, wallAt: (time: number) => number): number[] {
  const around = [day - dayMs, day + dayMs].map((time) => day - (wallAt(time) - time));
  const starts = around.filter((time) => floorDay(wallAt(time)) === day && wallAt(time - 1) < day);
  return starts.length === 0 ? [] : [Math.min(...starts)];
}

/** What the clocks of a zone show at a moment, written as if it were UTC. */
function wallClock(timezone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...({ timeZone: timezone, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric' } as const),
    ...({ day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get('era')?.startsWith('B') ? 1 - read('year') : read('year');
    const wall = new Date(0);
    wall.setUTCFullYear(year, read('month') - 1, read('day'));
    wall.setUTCHours(read('hour'), read('minute'), read('second'));
    return wall.getTime() + (((time % 1000) + 1000) % 1000);
  };
}

function floorDay(time: number): number {
  return Math.floor(time / dayMs) * dayMs;
}
