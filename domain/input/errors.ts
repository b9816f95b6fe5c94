import type { Quota } from '../../contract/quota.ts';
import { plural } from '../../contract/text/plural.ts';
import type { ApprovalState } from '../../contract/words/approvals.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { type InputIssue, sentencesOf } from './wording.ts';

/** What a caller did wrong, as opposed to a fault of ours: its message may be shown to the caller. */
export abstract class DomainError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** Nothing has this id. */
export class NotFoundError extends DomainError {
  readonly kind: 'Task' | 'Run' | 'Delivery';
  readonly key: string;

  constructor(kind: NotFoundError['kind'], key: string | number) {
    super(`${kind} ${key} does not exist.`);
    this.kind = kind;
    this.key = String(key);
  }
}

/** A field of the input is not what it must be. */
export class InvalidInputError extends DomainError {
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(sentencesOf(issues));
    this.issues = issues;
  }
}

/** The caller has had, or holds at once, as much as it may; the message says what to do. */
export class TooManyError extends DomainError {
  readonly quota: Quota;

  constructor(message: string, quota: Quota) {
    super(message);
    this.quota = quota;
  }
}

/** All callers together hold as much at once as the server can; the message says what to do. */
export class BusyError extends DomainError {
  /** After how many seconds another try makes sense. */
  readonly retryAfterSeconds = 5;
}

/** What was asked for depends on who asks, and the key that came with it is wrong. */
export class WrongKeyError extends DomainError {}

/** The key is wrong, and so many wrong ones came from where it comes from that it is not said of what it was refused. */
export class TooManyWrongKeysError extends DomainError {
  readonly quota: Quota;

  /** `why` says what is wrong with this one. */
  constructor(quota: Quota, why: string) {
    const { limit, resetSeconds = 0 } = quota;
    super(
      `Too many wrong keys from your network, or with the same beginning: ${limit} within a minute. Send the right key, or wait ${plural(resetSeconds, 'second')}. ${why}`,
    );
    this.quota = quota;
  }
}
/** Somebody has proved who they are, and may not come in; the message says why, to them. */
export class SignInRefusedError extends Error {
  override readonly name = 'SignInRefusedError';
}

/** Who manages people may not do this, to this person or with what it signed in with; the message says what to do. */
export class PersonRefusedError extends DomainError {}

/** What was asked for lies outside what the caller's key may change. */
export class OutOfBoundsError extends DomainError {}

/** The cursor is not one that this server gave. */
export class InvalidCursorError extends DomainError {
  /** The argument that held it, where it is known. */
  readonly argument: 'after' | 'before' | undefined;

  constructor(argument?: 'after' | 'before') {
    super('Invalid cursor: pass the cursor of an earlier page, unchanged.');
    this.argument = argument;
  }
}

/** The status table does not allow this move. */
export class IllegalTransitionError extends DomainError {
  readonly taskId: number;
  readonly from: TaskStatus;
  readonly to: TaskStatus;

  constructor(taskId: number, from: TaskStatus, to: TaskStatus, hint: string) {
    super(`Task ${taskId} is ${from} and cannot become ${to}: ${hint}`);
    this.taskId = taskId;
    this.from = from;
    this.to = to;
  }
}

/** The task is not in a state in which this can be decided. */
export class NotAwaitingApprovalError extends DomainError {
  readonly taskId: number;
  readonly status: TaskStatus;

  constructor(taskId: number, status: TaskStatus, action: string) {
    super(`Task ${taskId} is ${status}, so you cannot ${action} it.`);
    this.taskId = taskId;
    this.status = status;
  }
}

/** Someone has already decided differently. */
export class AlreadyDecidedError extends DomainError {
  readonly taskId: number;
  readonly approvalState: ApprovalState;
  readonly approver: string | null;

  constructor(taskId: number, approvalState: ApprovalState, approver: string | null) {
    super(`Task ${taskId} was already ${approvalState} by ${approver ?? 'someone unknown'}.`);
    this.taskId = taskId;
    this.approvalState = approvalState;
    this.approver = approver;
  }
}

/** The policy of the approval does not let this viewer decide so. */
export class MayNotDecideError extends DomainError {
  readonly taskId: number;
  /** The reason alone, for everyone else than the refused caller. */
  readonly why: string;

  constructor(taskId: number, why: string) {
    super(`You can't decide task ${taskId}: ${why}`);
    this.taskId = taskId;
    this.why = why;
  }
}

/** The pull request has another head commit than the one that was looked at. */
export class HeadMovedError extends DomainError {
  readonly taskId: number;
  readonly expected: string;
  readonly head: string;

  constructor(taskId: number, expected: string, head: string) {
    super(`The pull request of task ${taskId} is now at ${head}, not at ${expected}. Review it again.`);
    this.taskId = taskId;
    this.expected = expected;
    this.head = head;
  }
}

/** What is decided is not what was shown, or nobody said what that was. */
export class NotAsShownError extends DomainError {
  readonly taskId: number;
  /** What has changed or is missing: `approvalId`, `expectedOutputsUri` or `expectedHeadSha`. */
  readonly field: ShownField;

  constructor(taskId: number, field: ShownField, why: string) {
    super(`The decision does not match task ${taskId} (${shownFields[field]}): ${why}. Review it again.`);
    this.taskId = taskId;
    this.field = field;
  }
}

/** What was shown, and how each way to decide names it. */
const shownFields = {
  approvalId: 'approvalId, in REST approval_id, on the command line --approval',
  expectedOutputsUri: 'expectedOutputsUri',
  expectedHeadSha: 'expectedHeadSha, in REST expected_head_sha, on the command line --expected-head',
};
type ShownField = keyof typeof shownFields;

/** A link decides nothing, because it was used, or is not enough. */
export class ApprovalLinkError extends DomainError {}

/** A change would undo or rewrite a decision that was made, what was shown for it, or what the engine keeps. */
export class DecisionIsFinalError extends DomainError {
  readonly taskId: number;
  readonly field: string;

  constructor(taskId: number, field: string, hint: string) {
    super(`${field} of task ${taskId} cannot be changed: ${hint}`);
    this.taskId = taskId;
    this.field = field;
  }
}

/** The idempotency key was used for another request before. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly key: string;

  constructor(key: string) {
    super(`Idempotency key ${key} was already used for a different request. Choose another key.`);
    this.key = key;
  }
}
