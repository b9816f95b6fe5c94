import { nextDueTimes, type Scheduled } from '../../contract/schedule/dueTimes.ts';

/** Tells when a plan would start next; null when it has no schedule. */
export function nextRunOf(plan: Scheduled, now: Date = new Date()): Date | null {
  return nextDueTimes(plan, now, 1)[0] ?? null;
}
