import { type WordFacts, wordsOf } from './words.ts';

/** The statuses of a run, which the database makes of how many of its tasks have which status. */
export const runStatusFacts = {
  queued: { means: 'Nothing of it has started yet.' },
  running: { means: 'A task is running, or some have ended and others are queued.' },
  awaiting_approval: { means: 'Nothing is running, and a task needs approval.' },
  failed: { means: 'It has ended, and a task failed.' },
  succeeded: { means: 'It has ended, a task succeeded and none failed.' },
  skipped: { means: 'It has ended, and all tasks were skipped.' },
} as const satisfies Record<string, WordFacts>;

export type RunStatus = keyof typeof runStatusFacts;
export const runStatuses = wordsOf(runStatusFacts);
