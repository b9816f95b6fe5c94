import { type WordFacts, wordsOf } from './words.ts';

/** How a worker stands. */
export const workerStateFacts = {
  busy: { means: 'It runs at least one task.' },
  idle: { means: 'It waits for a task.' },
  draining: { means: 'It takes no new tasks, and exits when its running ones have ended.' },
  gone: {
    means:
      'It has not been heard of for four times a lease, 2 minutes by default. It is forgotten after a day.',
  },
} as const satisfies Record<string, WordFacts>;

export type WorkerState = keyof typeof workerStateFacts;
export const workerStates = wordsOf(workerStateFacts);
