/** Gives the offset of a time zone from UTC at a moment, in milliseconds. */
export type OffsetAt = (time: number) => number;

/** What a time of day of one date means in a time zone. Times of day are written as if they were in UTC. */
export type Moments =
  /** The one moment, or the two that a clock that was put back makes of it. */
  | { kind: 'there'; times: readonly number[] }
  /** A clock that was put on leaves it out; the change itself comes instead. */
  | { kind: 'leftOut'; change: number };

const quarterMs = 15 * 60_000;
const dayMs = 86_400_000;

/** Reads the offsets of a time zone; zones change theirs at quarters of an hour only. */
export function offsetsOf(timezone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (time) => {
    const quarter = Math.floor(time / quarterMs);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = readOffset(format.formatToParts(new Date(quarter * quarterMs)));
      known.set(quarter, offset);
    }
    return offset;
  };
}

/** Finds the moments of a time of day. */
export function momentsOf(wall: number, offsetAt: OffsetAt): Moments {
  const [before, after] = [offsetAt(wall - dayMs), offsetAt(wall + dayMs)];
  if (before === after) return { kind: 'there', times: [wall - before] };
  const times = [wall - before, wall - after].filter((time) => time + offsetAt(time) === wall);
  if (times.length > 0) return { kind: 'there', times };
  let change = Math.ceil((wall - after) / quarterMs) * quarterMs;
  while (offsetAt(change) === before) change += quarterMs;
  return { kind: 'leftOut', change };
}

function readOffset(parts: Intl.DateTimeFormatPart[]): number {
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (sign === '-' ? -offset : offset) * 1000;
}
