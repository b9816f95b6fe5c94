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

/** Whether a pull request can be merged, as its host says; `whyNot` goes into a sentence. */
export const mergeStateFacts = {
  mergeable: { means: 'It can be merged.', whyNot: null },
  unstable: {
    means: 'It can be merged, although a check that is not required has failed or is running.',
    whyNot: null,
  },
  conflicting: {
    means: 'It conflicts with its base branch.',
    whyNot: 'it conflicts with its base branch',
  },
  behind: {
    means: 'Its base branch must be merged into it first.',
    whyNot: 'its base branch must be merged into it first',
  },
  blocked: {
    means: 'A rule of its base branch is not met: a review or a check is missing.',
    whyNot: 'a rule of its base branch is not met: a review or a check is missing',
  },
  draft: { means: 'It is a draft.', whyNot: 'it is a draft' },
  working_out: {
    means: 'Its host is still working out whether it can be merged.',
    whyNot: 'its host is still working out whether it can be merged',
  },
} as const satisfies Record<string, WordFacts & { whyNot: string | null }>;

export type MergeState = keyof typeof mergeStateFacts;

/** What the reviews of a pull request amount to, as its host says. */
export const reviewDecisionFacts = {
  approved: { means: 'Everyone who must review it has approved it.' },
  changes_requested: { means: 'A reviewer requests changes.' },
  review_required: { means: 'A required review is missing.' },
} as const satisfies Record<string, WordFacts>;

export type ReviewDecision = keyof typeof reviewDecisionFacts;

/** What the checks of a commit amount to. */
export const checksStateFacts = {
  passed: { means: 'All checks have passed, or were skipped.' },
  failed: { means: 'At least one check has failed.' },
  running: { means: 'At least one check has not finished, and none has failed.' },
  none: { means: 'The commit has no checks.' },
  unavailable: {
    means: 'The server could not read the checks. There may be some, and they may have failed.',
  },
} as const satisfies Record<string, WordFacts>;

export type ChecksState = keyof typeof checksStateFacts;

/** How one check ended. */
export const checkStateFacts = {
  passed: { means: 'It has passed.' },
  failed: { means: 'It has failed, was cancelled or timed out.' },
  running: { means: 'It has not finished.' },
  skipped: { means: 'It was skipped, or has no verdict.' },
} as const satisfies Record<string, WordFacts>;

export type CheckState = keyof typeof checkStateFacts;
