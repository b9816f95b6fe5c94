import { type WordFacts, wordsOf } from './words.ts';

/** How a pull request stands, as its host says. */
export const pullStateFacts = {
  open: { means: 'It can be merged.' },
  closed: { means: 'It was closed without being merged.' },
  merged: { means: 'It was merged.' },
} as const satisfies Record<string, WordFacts>;

export type PullState = keyof typeof pullStateFacts;
export const pullStates = wordsOf(pullStateFacts);

/** What a review can say for or against a pull request. */
export const reviewStateFacts = {
  approved: { means: 'Its author approves the commit.' },
  changes_requested: { means: 'Its author requests changes.' },
  dismissed: { means: 'It was dismissed and no longer counts.' },
} as const satisfies Record<string, WordFacts>;

export type ReviewState = keyof typeof reviewStateFacts;
export const reviewStates = wordsOf(reviewStateFacts);

/** How far the action stands that an approval brings about at its pull request, by its name and as rows have it. */
export const pullActionState = { pending: 'owed', done: 'done', failed: 'failed' } as const;

export type PullActionState = (typeof pullActionState)[keyof typeof pullActionState];
