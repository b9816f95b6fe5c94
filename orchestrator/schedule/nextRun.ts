import type { Plan } from '../plan/schema.ts';
import { firstDue } from './dueTimes.ts';

/** So far ahead a next run is looked for: past two leap days. */
const furthestMs = 9 * 366 * 86_400_000;

/** Tells when a plan would start next; null when it has no schedule. */
export function nextRunOf(plan: Pick<Plan, 'schedule' | 'timezone'>, now: Date = new Date()): Date | null {
  return firstDue(plan, now, new Date(now.getTime() + furthestMs)) ?? null;
}
