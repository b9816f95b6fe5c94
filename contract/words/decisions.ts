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
    means: 'Approve its output: it becomes `SUCCEEDED`.',
    does: 'Approves the output of a task, which becomes `SUCCEEDED`, or lets a task with a gate run.',
    recordedAs: 'To approve the task.',
    done: 'Approved',
  },
  reject: {
    status: 'failed',
    approvalState: 'rejected',
    means: 'Reject it: it becomes `FAILED`.',
    does: 'Rejects a task, which becomes `FAILED`.',
    recordedAs: 'To reject it.',
    done: 'Rejected',
  },
  cancel: {
    status: 'skipped',
    approvalState: 'cancelled',
    means: 'Cancel it: it becomes `SKIPPED`.',
    does: 'Cancels a task that is queued, running or needs approval. It becomes `SKIPPED`.',
    recordedAs: 'To cancel the task.',
    done: 'Cancelled',
  },
} as const satisfies Record<string, DecisionFacts>;

export type DecisionAction = keyof typeof decisionFacts;
export const decisionActions = wordsOf(decisionFacts);

/** What is known of something that is on record. */
interface RecordedActionFacts extends WordFacts {
  /** What it is about. @default 'work' */
  kind?: AuditKind;
}

/** What the audit log records: decisions, other ends of approvals, and other actions. */
export const recordedActionFacts = {
  approve: { means: decisionFacts.approve.recordedAs },
  reject: { means: decisionFacts.reject.recordedAs },
  cancel: { means: decisionFacts.cancel.recordedAs },
  expire: { means: 'The approval expired.' },
  escalate: { means: 'The approval was escalated: nobody decided in time, and others were asked.' },
  withdraw: { means: 'An approval that was given by a review was withdrawn.' },
  retry: { means: 'A task was retried.' },
  redeliver: { means: 'A notification was sent again.' },
  test_channel: { means: 'A test message was sent to a channel.' },
  register: { means: 'The content of a plan was registered.' },
  prune: { means: 'Old tasks were deleted.' },
  trust: { means: 'The repositories of a plan were set.' },
  drain: { means: 'A worker was drained.' },
  pause: { means: 'The schedule of a plan was paused.' },
  resume: { means: 'A paused or retired plan was resumed.' },
  retire: { means: 'A plan was retired.' },
  acknowledge: { means: 'A failure was acknowledged.' },
  unacknowledge: { means: 'The acknowledgement of a failure was taken back.' },
  freeze: { means: 'The server was frozen.' },
  thaw: { means: 'A freeze was ended.' },
  create_key: { means: 'A key was created.', kind: 'access' },
  use_key: { means: 'A key was used for the first time.', kind: 'access' },
  rotate_key: { means: 'A key was replaced by a new one.', kind: 'access' },
  revoke_key: { means: 'A key was revoked.', kind: 'access' },
  sign_in: { means: 'Somebody signed in, or was refused.', kind: 'access' },
  sign_out: { means: 'Somebody signed out.', kind: 'access' },
  end_sessions: { means: 'All sessions of somebody were ended.', kind: 'access' },
  set_role: { means: 'The roles of a person were set.', kind: 'access' },
  link_person: { means: 'A way to sign in was linked to a person.', kind: 'access' },
  unlink_person: { means: 'A way to sign in was taken from a person.', kind: 'access' },
  remove_person: { means: 'A person was removed.', kind: 'access' },
  forget_person: { means: 'A person was forgotten.', kind: 'access' },
  delegate: { means: 'An approver named a delegate, or ended that.', kind: 'access' },
  read_settings: { means: 'An admin read the settings of the server.', kind: 'access' },
  number_people: {
    means: 'Names of people in the audit log were replaced by their numbers.',
    kind: 'access',
  },
  key_people: {
    means: 'Names of people with letters beyond ASCII were compared anew.',
    kind: 'access',
  },
} as const satisfies Record<DecisionAction, RecordedActionFacts> & Record<string, RecordedActionFacts>;

export type RecordedAction = keyof typeof recordedActionFacts;
export const recordedActions = wordsOf(recordedActionFacts);

/** What an entry of the audit log is about: who may come in, or what happens to tasks and plans. */
export const auditKinds = ['access', 'work'] as const;
export type AuditKind = (typeof auditKinds)[number];

/** The actions of one kind. */
export function actionsOfKind(kind: AuditKind): RecordedAction[] {
  const facts: Readonly<Record<RecordedAction, RecordedActionFacts>> = recordedActionFacts;
  return recordedActions.filter((action) => (facts[action].kind ?? 'work') === kind);
}

/** What can come of an attempt to decide. */
export const decisionOutcomeFacts = {
  decided: { means: 'It decided the task.' },
  voted: { means: 'It counts, but more approvals are needed.' },
  repeated: { means: 'The same viewer had already made the same decision.' },
  refused: { means: 'It was refused and changed nothing.' },
  done: { means: 'The action was done; it was not a decision.' },
} as const satisfies Record<string, WordFacts>;

export type DecisionOutcome = keyof typeof decisionOutcomeFacts;
export const decisionOutcomes = wordsOf(decisionOutcomeFacts);

/** How a decision can have come. */
export const decisionViaFacts = {
  graphql: { means: 'By GraphQL.' },
  rest: { means: 'By the REST API.' },
  cli: { means: 'By the command line.' },
  page: { means: 'On a page in a browser.' },
  link: { means: 'By a link in a notification.' },
  github: { means: 'By an event of the pull request.' },
  expiry: { means: 'Nobody decided in time.' },
  engine: { means: 'By the engine, for example because another run replaced it or its run was cancelled.' },
} as const satisfies Record<string, WordFacts>;

export type DecisionVia = keyof typeof decisionViaFacts;
export const decisionVias = wordsOf(decisionViaFacts);
