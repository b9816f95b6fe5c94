import { clockTime } from './time.ts';

/** Writes a moment as `<input type="datetime-local">` has it, by a clock in a zone. */
export function toWallTime(at: Date, zone: string): string {
  const { date, time } = clockTime(at, zone);
  return `${date}T${time}`;
}

/**
 * Reads what stands in `<input type="datetime-local">` by a clock in a zone. Of a time that comes twice the first counts, and
 * one that the clock leaves out is moved on by as much as it leaves out. Undefined for what is no time.
 */
export function fromWallTime(text: string, zone: string): Date | undefined {
  const asUtc = new Date(`${text}Z`);
  if (Number.isNaN(asUtc.getTime())) return undefined;
  // The zone's distance from UTC a day before and after: one of them holds at that time.
  const candidates = [-1, 1].map((days) => {
    const offset = offsetAt(new Date(asUtc.getTime() + days * 86_400_000), zone);
    return new Date(asUtc.getTime() - offset);
  });
  const exact = candidates
    .filter((at) => toWallTime(at, zone) === text.slice(0, 16))
    .sort((one, other) => one.getTime() - other.getTime());
  return exact[0] ?? candidates[0];
}

function offsetAt(at: Date, zone: string): number {
  const { date, time, seconds } = clockTime(at, zone);
  return new Date(`${date}T${time}:${seconds}Z`).getTime() - Math.floor(at.getTime() / 1000) * 1000;
}
