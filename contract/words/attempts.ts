import { type WordFacts, wordsOf } from './words.ts';

/** Why an attempt may be made again. */
export const retryCauseFacts = {
  exit: { means: 'Its command ended with another exit code than 0, by a signal, or could not be started.' },
  timeout: { means: 'Its time was up, or it printed nothing for too long.' },
  lost: { means: 'Its worker went away or was stopped.' },
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
  exit: { isReported: true, cause: 'exit', means: 'Its command ended by itself.' },
  signal: { isReported: true, cause: 'exit', means: "A signal that was not its worker's ended it." },
  timeout: { isReported: true, cause: 'timeout', means: 'Its worker ended it: its time was up.' },
  idle: {
    isReported: true,
    cause: 'timeout',
    means: 'Its worker ended it: it had printed nothing for too long.',
  },
  cancelled: { isReported: true, cause: null, means: 'Its worker ended it: the task was cancelled.' },
  interrupted: { isReported: true, cause: 'lost', means: 'Its worker was stopped.' },
  unstartable: { isReported: true, cause: 'exit', means: 'Its command could not be started.' },
  condition: { isReported: true, cause: null, means: 'The condition of its step did not hold.' },
  lost: {
    isReported: false,
    cause: 'lost',
    means: 'Its lease lapsed. Only the server says so; a worker never reports it.',
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
