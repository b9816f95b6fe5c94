import type { WordFacts } from './words.ts';

/** The kinds of rows of whose changes a stream tells. */
export const changedKindFacts = {
  task: { means: 'A task.' },
  run: { means: 'A run: how many tasks it has in each status, its start or its end.' },
  approval: { means: 'An approval: its state, its votes, or what is known of its pull request.' },
} as const satisfies Record<string, WordFacts>;
export type ChangedKind = keyof typeof changedKindFacts;
