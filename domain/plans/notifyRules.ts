import type * as z from 'zod';
import { type NotifyRules, notifyDefaults, type notifyRules } from '../../contract/plan/notify.ts';

export type { NotifyRules } from '../../contract/plan/notify.ts';

/** Fills in what a plan left out. */
export function rulesOf(given: z.output<typeof notifyRules> | null | undefined): NotifyRules {
  return { ...notifyDefaults, ...given };
}

/**
 * Says what the end of a task is to those who care for its step: its first failure, one more, its recovery, or no news.
 * `failedBefore` tells of the same step in the run before; a rejection is a decision, not a failure.
 */
export function newsOf(
  status: string,
  failedBefore: boolean,
): Extract<keyof NotifyRules, 'failure' | 'repeat' | 'recovery'> | undefined {
  if (status === 'failed') return failedBefore ? 'repeat' : 'failure';
  const worked = status === 'succeeded' || status === 'awaiting_approval';
  return worked && failedBefore ? 'recovery' : undefined;
}
