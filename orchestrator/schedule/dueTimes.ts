import { createTask } from 'node-cron';
import type { Plan } from '../plan/schema.ts';

/** The most due times that are listed; of more the latest are. */
const maxDueTimes = 1000;

/**
 * Lists when a plan was due after one moment, up to and with another, the earliest first. A time of day that a clock
 * change leaves out is due right after the change, and one that it repeats is due the first time only, unless the
 * plan is due in every hour.
 */
export function dueTimes(plan: Pick<Plan, 'schedule' | 'timezone'>, after: Date, until: Date): Date[] {
  const { schedule, timezone } = plan;
  if (schedule === undefined) return [];
  const fields = schedule.trim().split(/\s+/);
  const stepMs = fields.length > 5 ? 1000 : 60_000;
  const isHourly = fields.at(-4)?.startsWith('*') ?? false;
  const offsetAt = offsetsOf(timezone);
  // Asked for times of day as if they were in UTC, where no clock changes.
  const cron = createTask(schedule, () => undefined, { timezone: 'UTC' });
  const matches = (wall: number) => cron.match(new Date(wall));

  const isDue = (time: number): boolean => {
    const wall = time + offsetAt(time);
    if (isHourly) return matches(wall);
    const before = time - stepMs + offsetAt(time - stepMs);
    for (let skipped = before + stepMs; skipped < wall; skipped += stepMs) if (matches(skipped)) return true;
    return matches(wall) && !isRepeated(time, wall, offsetAt);
  };
  const due: Date[] = [];
  try {
    const last = Math.floor(until.getTime() / stepMs) * stepMs;
    for (let time = last; time > after.getTime() && due.length < maxDueTimes; time -= stepMs) {
      if (isDue(time)) due.push(new Date(time));
    }
  } finally {
    void cron.destroy();
  }
  return due.reverse();
}

/** Says whether a time of day was there before, shortly ago, when the clock had not been put back yet. */
function isRepeated(time: number, wall: number, offsetAt: (time: number) => number): boolean {
  const earlier = offsetAt(time - 3 * 3_600_000);
  return earlier > offsetAt(time) && offsetAt(wall - earlier) === earlier;
}

const quarterMs = 15 * 60_000;

/** Gives the offset of a time zone from UTC in milliseconds; zones change theirs at quarters of an hour only. */
function offsetsOf(timezone: string): (time: number) => number {
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

function readOffset(parts: Intl.DateTimeFormatPart[]): number {
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (sign === '-' ? -offset : offset) * 1000;
}
