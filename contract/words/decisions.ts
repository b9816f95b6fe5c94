import type { ApprovalState } from './approvals.ts';
import type { TaskStatus } from './taskStatus.ts';
import { type WordFacts, wordsOf } from './words.ts';

/** What is known of a decision. */
export interface DecisionFacts extends WordFacts {
  /** What it makes of a task and of its approval. */
  status: TaskStatus;
  approvalState: ApprovalState;
  /** What the mutation does that decides so. */
  does: string;
  /** What it was for, in the record of decisions. */
  recordedAs: string;
  /** What somebody has done who decided so. */
  done: string;
}

/** What a human can decide about a task. */
export const decisionFacts = {
  approve: {
    status: 'succeeded',
    approvalState: 'approved',
    means: 'What it made is good: it becomes `SUCCEEDED`.',
    does: 'Approves what a task made: it becomes `SUCCEEDED`.',
    recordedAs: 'To approve what the task made.',
    done: 'Approved',
  },
  reject: {
    status: 'failed',
    approvalState: 'rejected',
    means: 'What it made is not wanted: it becomes `FAILED`.',
    does: 'Rejects what a task made: it becomes `FAILED`.',
    recordedAs: 'To reject it.',
    done: 'Rejected',
  },
  cancel: {
    status: 'skipped',
    approvalState: 'cancelled',
    means: 'It is not needed any more: it becomes `SKIPPED`.',
    does: 'Cancels a task that is queued, running or awaits approval: it becomes `SKIPPED`.',
    recordedAs: 'To cancel the task.',
    done: 'Cancelled',
  },
} as const satisfies Record<string, DecisionFacts>;

export type DecisionAction = keyof typeof decisionFacts;
export const decisionActions = wordsOf(decisionFacts);

/** What the record can hold: what people decide, what becomes of an approval otherwise, and what else somebody did. */
export const recordedActionFacts = {
  approve: { means: decisionFacts.approve.recordedAs },
  reject: { means: decisionFacts.reject.recordedAs },
  cancel: { means: decisionFacts.cancel.recordedAs },
  expire: { means: 'Its time was over.' },
  escalate: { means: 'Its time was over, and others were asked.' },
  withdraw: { means: 'To take back the vote that an earlier review was.' },
  retry: { means: 'The task was made again.' },
  redeliver: { means: 'A notification was sent again.' },
  register: { means: 'The content of a plan was made known.' },
  prune: { means: 'Old tasks were deleted.' },
  trust: { means: 'It was said which repositories the work of a plan belongs to.' },
  drain: { means: 'A worker was told to take nothing new and to leave.' },
  pause: { means: 'The schedule of a plan was paused.' },
  resume: { means: 'A paused or retired plan was taken up again.' },
  retire: { means: 'A plan was retired.' },
} as const satisfies Record<DecisionAction, WordFacts> & Record<string, WordFacts>;

export type RecordedAction = keyof typeof recordedActionFacts;
export const recordedActions = wordsOf(recordedActionFacts);

/** What can come of an attempt to decide. */
export const decisionOutcomeFacts = {
  decided: { means: 'It ended the wait.' },
  voted: { means: 'It counts, and more are needed.' },
  repeated: { means: 'The same was decided by the same viewer before.' },
  refused: { means: 'It changed nothing.' },
  done: { means: 'It was done; there was nothing to decide.' },
} as const satisfies Record<string, WordFacts>;

export type DecisionOutcome = keyof typeof decisionOutcomeFacts;
export const decisionOutcomes = wordsOf(decisionOutcomeFacts);

/** How a decision can have come. */
export const decisionViaFacts = {
  graphql: { means: 'By GraphQL.' },
  rest: { means: 'By the REST API.' },
  cli: { means: 'By the command line.' },
  link: { means: 'By the link of a notification.' },
  github: { means: 'By an event of the pull request.' },
  expiry: { means: 'Nobody decided in time.' },
  engine: { means: 'By a run that took its place or was cancelled.' },
} as const satisfies Record<string, WordFacts>;

export type DecisionVia = keyof typeof decisionViaFacts;
export const decisionVias = wordsOf(decisionViaFacts);
