import * as z from 'zod';
import { notifyWhens } from '../../contract/words/notifications.ts';

const when = z.enum(notifyWhens);

/** What of a plan's runs is told, and when, as a plan says; what is left out has its default. */
export const notifyRules = z.object({
  /** A step failed that did not fail in the run before. @default 'now' */
  failure: when.optional(),
  /** A step failed again. @default 'digest' */
  repeat: when.optional(),
  /** A step succeeded that had failed in the run before. @default 'now' */
  recovery: when.optional(),
  /** Nothing of a run is left to do: what came of each task. @default 'now' */
  summary: when.optional(),
  /** No worker asks for a task that could be taken. @default 'now' */
  unclaimed: when.optional(),
  /** A due time was skipped, missed or failed. @default 'now' */
  schedule: when.optional(),
});

/** Rules with every default filled in. */
export type NotifyRules = Required<z.output<typeof notifyRules>>;

/** What a plan gets that says nothing of it. */
const defaults: NotifyRules = {
  failure: 'now',
  repeat: 'digest',
  recovery: 'now',
  summary: 'now',
  unclaimed: 'now',
  schedule: 'now',
};

/** Fills in what a plan left out. */
export function rulesOf(given: z.output<typeof notifyRules> | null | undefined): NotifyRules {
  return { ...defaults, ...given };
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
