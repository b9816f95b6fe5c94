import type { Plan } from '../plan/schema.ts';
import { type Moments, momentsOf, type OffsetAt, offsetsOf } from './timezone.ts';
import { wallTimesOf } from './wallTimes.ts';

type Scheduled = Pick<Plan, 'schedule' | 'timezone'>;

/** The most due times that are listed; of more the latest are. */
const maxDueTimes = 1000;
const hourMs = 3_600_000;

/**
 * Lists when a plan was due after one moment, up to and with another, the earliest first. A time of day that a clock
 * change leaves out is due right after the change, and one that it repeats is due the first time only, unless the
 * plan is due in every hour.
 */
export function dueTimes(plan: Scheduled, after: Date, until: Date): Date[] {
  return findDue(plan, after.getTime(), until.getTime(), { most: maxDueTimes, order: 'backwards' });
}

/** Finds when a plan is due first after a moment, up to and with another. */
export function firstDue(plan: Scheduled, after: Date, until: Date): Date | undefined {
  return findDue(plan, after.getTime(), until.getTime(), { most: 1, order: 'forwards' })[0];
}

function findDue(
  { schedule, timezone }: Scheduled,
  after: number,
  until: number,
  { most, order }: { most: number; order: 'forwards' | 'backwards' },
): Date[] {
  if (schedule === undefined || until <= after) return [];
  const offsetAt = offsetsOf(timezone);
  const { isHourly, between } = wallTimesOf(schedule);
  const due = new Set<number>();
  // A clock change mixes the order of times of day with that of moments, by three hours at most.
  let enoughAt: number | undefined;
  for (const wall of between(earliestWall(after, offsetAt), latestWall(until, offsetAt), order)) {
    if (enoughAt !== undefined && Math.abs(wall - enoughAt) > 3 * hourMs) break;
    for (const time of dueAt(momentsOf(wall, offsetAt), isHourly)) {
      if (time > after && time <= until) due.add(time);
    }
    if (due.size >= most) enoughAt ??= wall;
  }
  const found = [...due].sort((a, b) => a - b);
  return (order === 'forwards' ? found.slice(0, most) : found.slice(-most)).map((time) => new Date(time));
}

function dueAt(moments: Moments, isHourly: boolean): readonly number[] {
  if (moments.kind === 'leftOut') return isHourly ? [] : [moments.change];
  return isHourly ? moments.times : moments.times.slice(0, 1);
}

/** The earliest time of day that a moment or a later one can have. */
function earliestWall(time: number, offsetAt: OffsetAt): number {
  return time + Math.min(...[0, 1, 2, 3].map((hours) => offsetAt(time + hours * hourMs)));
}

/** The latest time of day that a moment or an earlier one can have. */
function latestWall(time: number, offsetAt: OffsetAt): number {
  return time + Math.max(...[0, 1, 2, 3].map((hours) => offsetAt(time - hours * hourMs)));
}
