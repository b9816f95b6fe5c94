import { type Moments, momentsOf, type OffsetAt, offsetsOf } from './timezone.ts';
import { type WallTimes, wallTimesOf } from './wallTimes.ts';

/** A plan that may have a schedule: cron fields, in a time zone. */
export interface Scheduled {
  schedule?: string | undefined;
  timezone: string;
}

/** The most due times that are listed; of more the latest are. */
const maxDueTimes = 1000;
const hourMs = 3_600_000;

/**
 * Lists when a plan was due after one moment, up to and with another, the earliest first. A time of day that a clock
 * change leaves out is due right after the change, and one that it repeats is due the first time only. A pace goes on
 * through both: what is left out of it is due only where nothing of it is due in the hour before or after, and what is
 * repeated is due each time.
 */
export function dueTimes(plan: Scheduled, after: Date, until: Date): Date[] {
  return findDue(plan, after.getTime(), until.getTime(), { most: maxDueTimes, order: 'backwards' });
}

/** So far ahead a due time is looked for: past two leap days. */
const furthestMs = 9 * 366 * 86_400_000;

/** Lists when a plan is due next after a moment, at most so many times; none where it has no schedule. */
export function nextDueTimes(plan: Scheduled, after: Date, most: number): Date[] {
  const from = after.getTime();
  return findDue(plan, from, from + furthestMs, { most, order: 'forwards' });
}

function findDue(
  { schedule, timezone }: Scheduled,
  after: number,
  until: number,
  { most, order }: { most: number; order: 'forwards' | 'backwards' },
): Date[] {
  if (schedule === undefined || until <= after) return [];
  const offsetAt = offsetsOf(timezone);
  const walls = wallTimesOf(schedule);
  const due = new Set<number>();
  const goesOn = (change: number) => hasNeighbours(walls, change, offsetAt);
  // A clock change mixes the order of times of day with that of moments, by three hours at most.
  let enoughAt: number | undefined;
  for (const wall of walls.between(earliestWall(after, offsetAt), latestWall(until, offsetAt), order)) {
    if (enoughAt !== undefined && Math.abs(wall - enoughAt) > 3 * hourMs) break;
    for (const time of dueAt(momentsOf(wall, offsetAt), walls.isPaced(wall), goesOn)) {
      if (time > after && time <= until) due.add(time);
    }
    if (due.size >= most) enoughAt ??= wall;
  }
  const found = [...due].sort((a, b) => a - b);
  return (order === 'forwards' ? found.slice(0, most) : found.slice(-most)).map((time) => new Date(time));
}

function dueAt(moments: Moments, isPaced: boolean, goesOn: (change: number) => boolean): readonly number[] {
  if (moments.kind === 'leftOut') return isPaced && goesOn(moments.change) ? [] : [moments.change];
  return isPaced ? moments.times : moments.times.slice(0, 1);
}

/** Says whether anything is due in the hour before what a change leaves out, or in the hour after it. */
function hasNeighbours({ between }: WallTimes, change: number, offsetAt: OffsetAt): boolean {
  const [begin, end] = [change + offsetAt(change - 1), change + offsetAt(change)];
  return [
    [begin - hourMs, begin - 1000],
    [end, end + hourMs - 1000],
  ].some(([from = 0, to = 0]) => between(from, to, 'forwards').next().done === false);
}

/** The earliest time of day that a moment or a later one can have. */
function earliestWall(time: number, offsetAt: OffsetAt): number {
  return time + Math.min(...[0, 1, 2, 3].map((hours) => offsetAt(time + hours * hourMs)));
}

/** The latest time of day that a moment or an earlier one can have. */
function latestWall(time: number, offsetAt: OffsetAt): number {
  return time + Math.max(...[0, 1, 2, 3].map((hours) => offsetAt(time - hours * hourMs)));
}
