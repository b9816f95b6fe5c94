import { type WordFacts, wordsOf } from './words.ts';

/** Which tasks of a run are retried. */
export const retryModeFacts = {
  failed: { means: 'Tasks that failed, were cancelled, or did not run because of that.' },
  all: { means: 'Everything that has ended.' },
  from: { means: 'One step and all steps that depend on it.' },
} as const satisfies Record<string, WordFacts>;

export const retryModes = wordsOf(retryModeFacts);

/** What a task can wait for. */
export const waitFacts = {
  need: { means: 'Steps that it needs and that have not succeeded.' },
  approval: { means: 'An approval, before it runs or of its output.' },
  place: { means: 'A slot: its run already has as many running tasks as its plan allows.' },
  lock: { means: 'A lock that another task holds, or that others requested first.' },
  open_work: { means: 'Open work of an earlier run, which is being cancelled for it.' },
  pause: { means: 'The end of the pause before it is retried.' },
  worker: { means: 'A matching worker, all of which are busy.' },
  freeze: { means: 'The end of a freeze of the server.' },
  no_worker: { means: 'A worker: no running one matches.' },
} as const satisfies Record<string, WordFacts>;

export type WaitKind = keyof typeof waitFacts;
export const waitKinds = wordsOf(waitFacts);
