import { type WordFacts, wordsOf } from './words.ts';

/** Every state of an approval; a task that nobody was asked about has none. */
export const approvalStateFacts = {
  pending: { means: 'Nobody has decided yet.' },
  approved: { means: 'Someone approved it.' },
  rejected: { means: 'Someone rejected it.' },
  cancelled: { means: 'Someone cancelled the task.' },
  expired: { means: 'Nobody decided in time.' },
} as const satisfies Record<string, WordFacts>;

export type ApprovalState = keyof typeof approvalStateFacts;
export const approvalStates = wordsOf(approvalStateFacts);

/** What is approved: what a step made, or, before it runs, that it does. */
export const approvalKindFacts = {
  output: { means: 'The output of the step: approving ends its task.' },
  gate: { means: 'A gate, before the step runs: approving lets workers take its task.' },
} as const satisfies Record<string, WordFacts>;

export type ApprovalKind = keyof typeof approvalKindFacts;
export const approvalKinds = wordsOf(approvalKindFacts);
