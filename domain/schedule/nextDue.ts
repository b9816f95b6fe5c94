import { validate } from 'node-cron';
import { nextDueTimes } from '../../contract/schedule/dueTimes.ts';
import type { KnownPlanState } from './planState.ts';

/** The most due times ahead that are told of a plan. */
export const maxNextDue = 20;

type Scheduled = Pick<KnownPlanState, 'schedule' | 'timezone' | 'state' | 'readAt'>;

/**
 * Tells when a plan is due next by its schedule, after the time at which it was read, as ISO texts. Whether anything
 * starts then is another question: see `startsWhenDue`.
 */
export function nextDueOf({ schedule, timezone, readAt }: Scheduled, most: number): string[] {
  // What callers send as a schedule is checked where it is kept, not here.
  if (schedule === null || timezone === null || !validate(schedule)) return [];
  return nextDueTimes({ schedule, timezone }, new Date(readAt), most).map((time) => time.toISOString());
}

/** Says whether a due time starts a run of a plan: it has a schedule, and nobody paused or retired it. */
export function startsWhenDue({ schedule, state }: Scheduled): boolean {
  return schedule !== null && state === 'active';
}
