import { type WordFacts, wordsOf } from './words.ts';

/** Why a task may be retried. */
export const retryCauseFacts = {
  exit: {
    means: 'Its command exited with a code other than 0, was ended by a signal, or could not be started.',
  },
  timeout: { means: 'It timed out, or had no output for too long.' },
  lost: { means: 'Its worker was lost or stopped.' },
} as const satisfies Record<string, WordFacts>;

export type RetryCause = keyof typeof retryCauseFacts;
export const retryCauses = wordsOf(retryCauseFacts);

interface EndingFacts extends WordFacts {
  /** Whether a worker can report it; the server alone sees that an attempt is lost. */
  isReported: boolean;
  /** What must stand among the causes of a step for another attempt; null where none ever follows. */
  cause: RetryCause | null;
}

/** How an attempt can end. */
export const endingFacts = {
  exit: { isReported: true, cause: 'exit', means: 'Its command exited by itself.' },
  signal: { isReported: true, cause: 'exit', means: 'A signal that its worker did not send ended it.' },
  timeout: { isReported: true, cause: 'timeout', means: 'Its worker ended it: it timed out.' },
  idle: {
    isReported: true,
    cause: 'timeout',
    means: 'Its worker ended it: it had no output for too long.',
  },
  cancelled: { isReported: true, cause: null, means: 'Its worker ended it: the task was cancelled.' },
  interrupted: { isReported: true, cause: 'lost', means: 'Its worker was stopped.' },
  unstartable: { isReported: true, cause: 'exit', means: 'Its command could not be started.' },
  condition: { isReported: true, cause: null, means: 'The condition of its step was not met.' },
  lost: {
    isReported: false,
    cause: 'lost',
    means:
      'Its worker was killed and its successor returned the lease, or it stopped sending heartbeats and its lease expired. Only the server sets this; a worker never reports it.',
  },
} as const satisfies Record<string, EndingFacts>;

export type Ending = keyof typeof endingFacts;
export const endings = wordsOf(endingFacts);

/** How an attempt can have ended, as its worker tells it. */
export type ReportedEnding = {
  [Word in Ending]: (typeof endingFacts)[Word]['isReported'] extends true ? Word : never;
}[Ending];

/** The endings that a worker can report. */
export const reportedEndings = endings.filter(
  (ending): ending is ReportedEnding => endingFacts[ending].isReported,
);
