import { type WordFacts, wordsOf } from './words.ts';

/** What of a run is made again. */
export const retryModeFacts = {
  failed: { means: 'What failed, was cancelled, or did not run because of that.' },
  all: { means: 'Everything that has ended.' },
  from: { means: 'One step and all that needs it.' },
} as const satisfies Record<string, WordFacts>;

export const retryModes = wordsOf(retryModeFacts);

/** What a task can wait for. */
export const waitFacts = {
  need: { means: 'Steps that it needs and that have not succeeded.' },
  approval: { means: 'A decision: before it runs, or about what it made.' },
  place: { means: 'A place in its run, which runs as many tasks at once as its plan lets it.' },
  lock: { means: 'A lock that another task holds, or for which others are in line.' },
  open_work: { means: 'Open work of an earlier run, which is being withdrawn for it.' },
  pause: { means: 'The end of the pause before a further try.' },
  worker: { means: 'A worker that fits and is busy.' },
  no_worker: { means: 'A worker: none that is there fits.' },
} as const satisfies Record<string, WordFacts>;

export type WaitKind = keyof typeof waitFacts;
export const waitKinds = wordsOf(waitFacts);
