/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What is approved. */
export type ApprovalKind =
  /** A gate, before the step runs: approving lets workers take its task. */
  | 'GATE'
  /** The output of the step: approving ends its task. */
  | 'OUTPUT';

/** The state of the approval of a task. */
export type ApprovalState =
  /** Someone approved it. */
  | 'APPROVED'
  /** Someone cancelled the task. */
  | 'CANCELLED'
  /** Nobody decided in time. */
  | 'EXPIRED'
  /** Nobody has decided yet. */
  | 'PENDING'
  /** Someone rejected it. */
  | 'REJECTED';

/** How an attempt ended. */
export type AttemptEnding =
  /** Its worker ended it: the task was cancelled. */
  | 'CANCELLED'
  /** The condition of its step was not met. */
  | 'CONDITION'
  /** Its command exited by itself. */
  | 'EXIT'
  /** Its worker ended it: it had no output for too long. */
  | 'IDLE'
  /** Its worker was stopped. */
  | 'INTERRUPTED'
  /** Its worker was killed and its successor returned the lease, or it stopped sending heartbeats and its lease expired. Only the server sets this; a worker never reports it. */
  | 'LOST'
  /** A signal that its worker did not send ended it. */
  | 'SIGNAL'
  /** Its worker ended it: it timed out. */
  | 'TIMEOUT'
  /** Its command could not be started. */
  | 'UNSTARTABLE';

/** The channel of a notification. */
export type Channel =
  /** The URL in `EMAIL_WEBHOOK`. */
  | 'EMAIL_WEBHOOK'
  /** The URL in `SLACK_WEBHOOK`. */
  | 'SLACK'
  /** A mail to one of `NOTIFY_EMAILS`. */
  | 'SMTP'
  /** The URL in `NOTIFY_WEBHOOK_URL`, as a signed webhook. */
  | 'WEBHOOK';

/** How one check ended. */
export type CheckState =
  /** It has failed, was cancelled or timed out. */
  | 'FAILED'
  /** It has passed. */
  | 'PASSED'
  /** It has not finished. */
  | 'RUNNING'
  /** It was skipped, or has no verdict. */
  | 'SKIPPED';

/** What the checks of a commit amount to. */
export type ChecksState =
  /** At least one check has failed. */
  | 'FAILED'
  /** The commit has no checks. */
  | 'NONE'
  /** All checks have passed, or were skipped. */
  | 'PASSED'
  /** At least one check has not finished, and none has failed. */
  | 'RUNNING'
  /** The server could not read the checks. There may be some, and they may have failed. */
  | 'UNAVAILABLE';

/** Which tasks to decide, how and why. */
export type DecideTasksInput = {
  /** The decision, the same for each. */
  action: DecisionAction;
  /**
   * Deprecated: the IDs of the tasks in REST and SQL.
   * @deprecated Use `tasks: [{ task: { databaseId: … } }]`.
   */
  databaseIds?: Array<number> | null | undefined;
  /** The head commit that you reviewed, for each task that does not name its own; empty if you were shown none. A task is refused if its pull request has another head commit. */
  expectedHeadSha?: string | null | undefined;
  /**
   * Deprecated: the global `id`s of the tasks.
   * @deprecated Use `tasks: [{ task: { id: … } }]`.
   */
  ids?: Array<string> | null | undefined;
  /** The reason; at most 4,000 characters. */
  note?: string | null | undefined;
  /** The tasks, each with what you reviewed, 1 to 50. Prefer this to `ids` and `databaseIds`, which are deprecated. */
  tasks?: Array<ShownTaskInput> | null | undefined;
};

/** A decision about a task. */
export type DecisionAction =
  /** Approve its output: it becomes `SUCCEEDED`. */
  | 'APPROVE'
  /** Cancel it: it becomes `SKIPPED`. */
  | 'CANCEL'
  /** Reject it: it becomes `FAILED`. */
  | 'REJECT';

/** The outcome of an attempt to decide. */
export type DecisionOutcome =
  /** It decided the task. */
  | 'DECIDED'
  /** The action was done; it was not a decision. */
  | 'DONE'
  /** It was refused and changed nothing. */
  | 'REFUSED'
  /** The same viewer had already made the same decision. */
  | 'REPEATED'
  /** It counts, but more approvals are needed. */
  | 'VOTED';

/** How an attempt to decide was made. */
export type DecisionVia =
  /** By the command line. */
  | 'CLI'
  /** By the engine, for example because another run replaced it or its run was cancelled. */
  | 'ENGINE'
  /** Nobody decided in time. */
  | 'EXPIRY'
  /** By an event of the pull request. */
  | 'GITHUB'
  /** By GraphQL. */
  | 'GRAPHQL'
  /** By a link in a notification. */
  | 'LINK'
  /** On a page in a browser. */
  | 'PAGE'
  /** By the REST API. */
  | 'REST';

/** The kind of a notification. */
export type DeliveryKind =
  /** A new push changed the pull request that needs approval. */
  | 'APPROVAL_CHANGED'
  /** Nobody decided in time, and others may now decide too. */
  | 'APPROVAL_ESCALATED'
  /** Nobody decided in time, and the approval ended as its policy says. */
  | 'APPROVAL_EXPIRED'
  /** A task needs approval. */
  | 'APPROVAL_NEEDED'
  /** A reminder: an approval is still pending. */
  | 'APPROVAL_REMINDER'
  /** The daily digest. */
  | 'DIGEST'
  /** An approved pull request could not be merged or labelled. */
  | 'PULL_ACTION_FAILED'
  /** A run has nothing left to do. */
  | 'RUN_ENDED'
  /** Scheduled runs of a plan were skipped, missed or failed. */
  | 'RUN_NOT_STARTED'
  /** A step failed that had not failed in the run before. */
  | 'STEP_FAILED'
  /** A step failed again. */
  | 'STEP_FAILED_AGAIN'
  /** A step succeeded that had failed in the run before. */
  | 'STEP_RECOVERED'
  /** No worker asks for tasks of a run that are ready. */
  | 'STEP_UNCLAIMED';

/** The state of a delivery. */
export type DeliveryState =
  /** It was no longer needed. */
  | 'CANCELLED'
  /** The receiver accepted it. */
  | 'DELIVERED'
  /** No delivery attempts are left, or retrying would not help. `redeliver` sends it again. */
  | 'FAILED'
  /** A delivery attempt is due, now or later. */
  | 'PENDING';

/** What happens to an approval that nobody decides in time. */
export type ExpiryAction =
  /** The task is approved. */
  | 'APPROVE'
  /** Others may decide too, for the same time again. */
  | 'ESCALATE'
  /** The approval expires and the task fails. */
  | 'EXPIRE'
  /** The task is rejected. */
  | 'REJECT';

/** Whether a pull request can be merged, as its host says. */
export type MergeState =
  /** Its base branch must be merged into it first. */
  | 'BEHIND'
  /** A rule of its base branch is not met: a review or a check is missing. */
  | 'BLOCKED'
  /** It conflicts with its base branch. */
  | 'CONFLICTING'
  /** It is a draft. */
  | 'DRAFT'
  /** It can be merged. */
  | 'MERGEABLE'
  /** It can be merged, although a check that is not required has failed or is running. */
  | 'UNSTABLE'
  /** Its host is still working out whether it can be merged. */
  | 'WORKING_OUT';

/** What an entry of the audit log records. */
export type RecordedAction =
  /** A failure was acknowledged. */
  | 'ACKNOWLEDGE'
  /** To approve the task. */
  | 'APPROVE'
  /** To cancel the task. */
  | 'CANCEL'
  /** A key was created. */
  | 'CREATE_KEY'
  /** An approver named a delegate, or ended that. */
  | 'DELEGATE'
  /** A worker was drained. */
  | 'DRAIN'
  /** All sessions of somebody were ended. */
  | 'END_SESSIONS'
  /** The approval was escalated: nobody decided in time, and others were asked. */
  | 'ESCALATE'
  /** The approval expired. */
  | 'EXPIRE'
  /** A person was forgotten. */
  | 'FORGET_PERSON'
  /** The server was frozen. */
  | 'FREEZE'
  /** Names of people with letters beyond ASCII were compared anew. */
  | 'KEY_PEOPLE'
  /** A way to sign in was linked to a person. */
  | 'LINK_PERSON'
  /** Names of people in the audit log were replaced by their numbers. */
  | 'NUMBER_PEOPLE'
  /** The schedule of a plan was paused. */
  | 'PAUSE'
  /** Old tasks were deleted. */
  | 'PRUNE'
  /** An admin read the settings of the server. */
  | 'READ_SETTINGS'
  /** A notification was sent again. */
  | 'REDELIVER'
  /** The content of a plan was registered. */
  | 'REGISTER'
  /** To reject it. */
  | 'REJECT'
  /** A person was removed. */
  | 'REMOVE_PERSON'
  /** A paused or retired plan was resumed. */
  | 'RESUME'
  /** A plan was retired. */
  | 'RETIRE'
  /** A task was retried. */
  | 'RETRY'
  /** A key was revoked. */
  | 'REVOKE_KEY'
  /** A key was replaced by a new one. */
  | 'ROTATE_KEY'
  /** The roles of a person were set. */
  | 'SET_ROLE'
  /** Somebody signed in, or was refused. */
  | 'SIGN_IN'
  /** Somebody signed out. */
  | 'SIGN_OUT'
  /** A freeze was ended. */
  | 'THAW'
  /** The repositories of a plan were set. */
  | 'TRUST'
  /** The acknowledgement of a failure was taken back. */
  | 'UNACKNOWLEDGE'
  /** A way to sign in was taken from a person. */
  | 'UNLINK_PERSON'
  /** A key was used for the first time. */
  | 'USE_KEY'
  /** An approval that was given by a review was withdrawn. */
  | 'WITHDRAW';

/** What the reviews of a pull request amount to, as its host says. */
export type ReviewDecision =
  /** Everyone who must review it has approved it. */
  | 'APPROVED'
  /** A reviewer requests changes. */
  | 'CHANGES_REQUESTED'
  /** A required review is missing. */
  | 'REVIEW_REQUIRED';

/** What a review says for or against a pull request. */
export type ReviewState =
  /** Its author approves the commit. */
  | 'APPROVED'
  /** Its author requests changes. */
  | 'CHANGES_REQUESTED'
  /** It was dismissed and no longer counts. */
  | 'DISMISSED';

/** How much care an approval needs. */
export type Risk =
  /** The link in a notification is not enough: the viewer also needs the `approve` scope. */
  | 'HIGH'
  /** The link in a notification is enough to decide. */
  | 'LOW';

/** What a viewer may do. */
export type Scope =
  /** Everything, including pruning. */
  | 'ADMIN'
  /** Approve, reject and cancel tasks. */
  | 'APPROVE'
  /** Start and control runs. */
  | 'OPERATE'
  /** Read tasks and runs. */
  | 'READ'
  /** Create and update externally reported tasks. */
  | 'REPORT'
  /** Work as `nightshift worker` and `nightshift run` do: register plans, start what is due, run tasks; start, read, cancel and release runs of your own. */
  | 'WORK';

/** A task to decide, and what you reviewed. */
export type ShownTaskInput = {
  /** The `databaseId` of the approval that you reviewed. The decision is refused if the task has a newer approval. */
  approvalId?: number | null | undefined;
  /**
   * Deprecated: the ID of the task in REST and SQL.
   * @deprecated Use `task: { databaseId: … }`.
   */
  databaseId?: number | null | undefined;
  /** The head commit that you reviewed, empty if you were shown none. The decision is refused if the pull request has another one. Required to approve if `onApprove` merges or labels. */
  expectedHeadSha?: string | null | undefined;
  /** The link of the task that you reviewed, empty for none. The decision is refused if the link has changed. */
  expectedOutputsUri?: string | null | undefined;
  /**
   * Deprecated: the global `id` of the task.
   * @deprecated Use `task: { id: … }`.
   */
  id?: string | null | undefined;
  /** The task. Prefer this to `id` and `databaseId`, which are deprecated. */
  task?: TaskKeyInput | null | undefined;
};

/** Filters tasks. Of several values in one field, any may match; of several fields, all must match. */
export type TaskFilter = {
  /** True: only failures that somebody has acknowledged. False: only failures that nobody has; rejected tasks are none. Implies the status `FAILED`. */
  acknowledged?: boolean | null | undefined;
  /** Any of these approval states. */
  approvalState?: Array<ApprovalState> | null | undefined;
  /** Any of these runs, e.g. `nightly-2025-01-15`; at most 50. */
  runId?: Array<string> | null | undefined;
  /** Started at this time or later. */
  since?: string | null | undefined;
  /** Any of these statuses. */
  status?: Array<TaskStatus> | null | undefined;
  /** Any of these steps, e.g. `seo.validate`; at most 50. */
  task?: Array<string> | null | undefined;
  /** Started before this time. */
  until?: string | null | undefined;
};

/** Which task. Set exactly one field. */
export type TaskKeyInput =
  {   /** Its ID in REST and SQL. */
  databaseId: number; id?: never; }
  |  { databaseId?: never;   /** Its global `id`. */
  id: string; };

/** The status of a task. `SUCCEEDED`, `FAILED` and `SKIPPED` are final. */
export type TaskStatus =
  /** It needs approval before dependent steps continue, for example because it opened a pull request. */
  | 'AWAITING_APPROVAL'
  /** It failed, or someone rejected it. */
  | 'FAILED'
  /** Scheduled, not started yet. */
  | 'QUEUED'
  /** Its command is running. */
  | 'RUNNING'
  /** It did not run, without an error, or someone cancelled it. */
  | 'SKIPPED'
  /** It succeeded, or someone approved its output. */
  | 'SUCCEEDED';

/** The kind of a viewer. Policies that require people only count persons. */
export type ViewerKind =
  /** Someone without authentication. */
  | 'ANONYMOUS'
  /** Anyone who reads a channel, by the link that was sent there. */
  | 'CHANNEL'
  /** A GitHub login that is not mapped to a person. */
  | 'LOGIN'
  /** A signed-in person: a user of the proxy, a mapped GitHub login, the named recipient of a link. */
  | 'PERSON'
  /** A service, by a key of its own. */
  | 'SERVICE'
  /** A key that several people may share. */
  | 'SHARED'
  /** Nightshift itself, including its schedule. */
  | 'SYSTEM';

/** What a task can wait for. */
export type WaitKind =
  /** An approval, before it runs or of its output. */
  | 'APPROVAL'
  /** The end of a freeze of the server. */
  | 'FREEZE'
  /** A lock that another task holds, or that others requested first. */
  | 'LOCK'
  /** Steps that it needs and that have not succeeded. */
  | 'NEED'
  /** A worker: no running one matches. */
  | 'NO_WORKER'
  /** Open work of an earlier run, which is being cancelled for it. */
  | 'OPEN_WORK'
  /** The end of the pause before it is retried. */
  | 'PAUSE'
  /** A slot: its run already has as many running tasks as its plan allows. */
  | 'PLACE'
  /** A matching worker, all of which are busy. */
  | 'WORKER';

export type InboxRowFragment = { id: string, databaseId: number, kind: ApprovalKind, state: ApprovalState, requestedAt: string, expiresAt: string | null, endedAt: string | null, voters: Array<string>, problem: string | null, policy: { required: number, risk: Risk }, consequence: { text: string }, mayDecide: { approve: boolean, reject: boolean, cancel: boolean, whyNotApprove: string | null, whyNotReject: string | null, whyNotCancel: string | null, hasVoted: boolean, isLast: boolean, needsFreshSignIn: boolean, missing: number }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, details: { title: string, isDraft: boolean, additions: number, deletions: number, changedFiles: number, mergeProblem: string | null, checks: { state: ChecksState, passed: number | null, failed: number | null, running: number | null } } | null } | null, task: { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, outputsUri: string | null, approver: string | null } };

export type InboxPageQueryVariables = Exact<{
  mine: boolean;
  first: number;
  after?: string | null | undefined;
}>;


export type InboxPageQuery = { approvals: { nodes: Array<{ id: string, databaseId: number, kind: ApprovalKind, state: ApprovalState, requestedAt: string, expiresAt: string | null, endedAt: string | null, voters: Array<string>, problem: string | null, policy: { required: number, risk: Risk }, consequence: { text: string }, mayDecide: { approve: boolean, reject: boolean, cancel: boolean, whyNotApprove: string | null, whyNotReject: string | null, whyNotCancel: string | null, hasVoted: boolean, isLast: boolean, needsFreshSignIn: boolean, missing: number }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, details: { title: string, isDraft: boolean, additions: number, deletions: number, changedFiles: number, mergeProblem: string | null, checks: { state: ChecksState, passed: number | null, failed: number | null, running: number | null } } | null } | null, task: { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, outputsUri: string | null, approver: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type InboxNewsQueryVariables = Exact<{
  ids: Array<string> | string;
  mine: boolean;
}>;


export type InboxNewsQuery = { nodes: Array<
    | { id: string, databaseId: number, kind: ApprovalKind, state: ApprovalState, requestedAt: string, expiresAt: string | null, endedAt: string | null, voters: Array<string>, problem: string | null, policy: { required: number, risk: Risk }, consequence: { text: string }, mayDecide: { approve: boolean, reject: boolean, cancel: boolean, whyNotApprove: string | null, whyNotReject: string | null, whyNotCancel: string | null, hasVoted: boolean, isLast: boolean, needsFreshSignIn: boolean, missing: number }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, details: { title: string, isDraft: boolean, additions: number, deletions: number, changedFiles: number, mergeProblem: string | null, checks: { state: ChecksState, passed: number | null, failed: number | null, running: number | null } } | null } | null, task: { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, outputsUri: string | null, approver: string | null } }
    | Record<PropertyKey, never>
   | null>, approvals: { nodes: Array<{ id: string, expiresAt: string | null }> } };

export type ApprovalCardQueryVariables = Exact<{
  task: number;
}>;


export type ApprovalCardQuery = { task: { id: string, databaseId: number, inputs: unknown, logExcerpt: string | null, approvalNote: string | null, run: { plan: string | null, project: string | null, startedBy: string | null }, decisions: Array<{ id: string, action: RecordedAction, outcome: DecisionOutcome, viewer: string, actingFor: string | null, via: DecisionVia, note: string | null, headSha: string | null, decidedAt: string }>, approval: { staleAt: string | null, escalatedAt: string | null, remark: string | null, id: string, databaseId: number, kind: ApprovalKind, state: ApprovalState, requestedAt: string, expiresAt: string | null, endedAt: string | null, voters: Array<string>, problem: string | null, pullAction: { action: string, state: string, error: string | null } | null, policy: { approvers: Array<string>, alsoApprovers: Array<string>, onExpire: ExpiryAction, denySelf: boolean, required: number, risk: Risk }, mayDecide: { actingFor: string | null, stillMay: Array<string>, approve: boolean, reject: boolean, cancel: boolean, whyNotApprove: string | null, whyNotReject: string | null, whyNotCancel: string | null, hasVoted: boolean, isLast: boolean, needsFreshSignIn: boolean, missing: number }, consequence: { runs: string | null, releases: number, pullAction: string | null, text: string }, voidVotes: Array<{ viewer: string, headSha: string | null, compareUrl: string | null }>, pullRequest: { author: string | null, isOwn: boolean, checkedAt: string | null, detailsProblem: string | null, host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, details: { title: string, isDraft: boolean, additions: number, deletions: number, changedFiles: number, mergeProblem: string | null, isFromFork: boolean, baseRef: string, headRef: string, mergeState: MergeState, reviewDecision: ReviewDecision | null, labels: Array<string>, readAt: string, checks: { state: ChecksState, passed: number | null, failed: number | null, running: number | null, skipped: number | null, isComplete: boolean, problem: string | null, named: Array<{ name: string, state: CheckState, isRequired: boolean, url: string | null }> }, reviews: Array<{ reviewer: string, state: ReviewState }> } | null } | null, task: { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, outputsUri: string | null, approver: string | null } } | null } | null };

export type ApprovalEvidenceQueryVariables = Exact<{
  task: number;
}>;


export type ApprovalEvidenceQuery = { task: { approval: { id: string, pullRequest: { details: { headSha: string } | null, files: { seen: number, isComplete: boolean, largest: Array<{ path: string, additions: number, deletions: number }> } | null } | null } | null } | null };

export type PullEvidenceFragment = { details: { isFromFork: boolean, baseRef: string, headRef: string, mergeState: MergeState, reviewDecision: ReviewDecision | null, labels: Array<string>, readAt: string, reviews: Array<{ reviewer: string, state: ReviewState }>, checks: { skipped: number | null, isComplete: boolean, problem: string | null, named: Array<{ name: string, state: CheckState, isRequired: boolean, url: string | null }> } } | null };

export type DecidedTaskFragment = { id: string, databaseId: number, approval: { id: string, state: ApprovalState, mayDecide: { missing: number } } | null };

type Refusal_AlreadyAcknowledgedError_Fragment = { message: string };

type Refusal_AlreadyDecidedError_Fragment = { decision: ApprovalState, approver: string | null, message: string };

type Refusal_AlreadyFrozenError_Fragment = { message: string };

type Refusal_DecisionIsFinalError_Fragment = { message: string };

type Refusal_HeadMovedError_Fragment = { head: string, message: string };

type Refusal_IdempotencyKeyReusedError_Fragment = { message: string };

type Refusal_IllegalTransitionError_Fragment = { message: string };

type Refusal_InvalidInputError_Fragment = { message: string };

type Refusal_LostLeaseError_Fragment = { message: string };

type Refusal_MayNotDecideError_Fragment = { message: string };

type Refusal_NotAFailureError_Fragment = { message: string };

type Refusal_NotAsShownError_Fragment = { message: string };

type Refusal_NotAwaitingApprovalError_Fragment = { message: string };

type Refusal_NotFoundError_Fragment = { message: string };

type Refusal_NotRedeliverableError_Fragment = { message: string };

type Refusal_NotRetryableError_Fragment = { message: string };

type Refusal_PersonRefusedError_Fragment = { message: string };

type Refusal_PlanElsewhereError_Fragment = { message: string };

type Refusal_RunExistsError_Fragment = { message: string };

type Refusal_UnknownLeaseError_Fragment = { message: string };

export type RefusalFragment =
  | Refusal_AlreadyAcknowledgedError_Fragment
  | Refusal_AlreadyDecidedError_Fragment
  | Refusal_AlreadyFrozenError_Fragment
  | Refusal_DecisionIsFinalError_Fragment
  | Refusal_HeadMovedError_Fragment
  | Refusal_IdempotencyKeyReusedError_Fragment
  | Refusal_IllegalTransitionError_Fragment
  | Refusal_InvalidInputError_Fragment
  | Refusal_LostLeaseError_Fragment
  | Refusal_MayNotDecideError_Fragment
  | Refusal_NotAFailureError_Fragment
  | Refusal_NotAsShownError_Fragment
  | Refusal_NotAwaitingApprovalError_Fragment
  | Refusal_NotFoundError_Fragment
  | Refusal_NotRedeliverableError_Fragment
  | Refusal_NotRetryableError_Fragment
  | Refusal_PersonRefusedError_Fragment
  | Refusal_PlanElsewhereError_Fragment
  | Refusal_RunExistsError_Fragment
  | Refusal_UnknownLeaseError_Fragment
;

export type DecideMutationVariables = Exact<{
  input: DecideTasksInput;
}>;


export type DecideMutation = { decideTasks:
    | { __typename: 'DecidedTasks', results: Array<
        | { __typename: 'AlreadyDecidedError', decision: ApprovalState, approver: string | null, message: string }
        | { __typename: 'HeadMovedError', head: string, message: string }
        | { __typename: 'MayNotDecideError', message: string }
        | { __typename: 'NotAsShownError', message: string }
        | { __typename: 'NotAwaitingApprovalError', message: string }
        | { __typename: 'NotFoundError', message: string }
        | { __typename: 'Task', id: string, databaseId: number, approval: { id: string, state: ApprovalState, mayDecide: { missing: number } } | null }
      > }
    | { __typename: 'InvalidInputError', message: string }
   };

export type PageViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type PageViewerQuery = { viewer: { id: string, kind: ViewerKind, scopes: Array<Scope>, session: { databaseId: number, expiresAt: string } | null } };

export type WaitingCountQueryVariables = Exact<{ [key: string]: never; }>;


export type WaitingCountQuery = { tasks: { totalCount: number } };

export type RunChangedSubscriptionVariables = Exact<{
  runId: string;
}>;


export type RunChangedSubscription = { taskChanged: { id: string, status: TaskStatus } };

export type PlanZonesQueryVariables = Exact<{ [key: string]: never; }>;


export type PlanZonesQuery = { plans: Array<{ timezone: string | null }> };

export type TaskViewQueryVariables = Exact<{
  id: number;
}>;


export type TaskViewQuery = { task: { approvalNote: string | null, inputs: unknown, outputs: unknown, remarks: Array<string>, logExcerpt: string | null, webhookNotifiedAt: string | null, webhookError: string | null, id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null, run: { runId: string, plan: string | null, project: string | null, startedBy: string | null }, waitingFor: { kind: WaitKind, reason: string, needs: Array<string>, lock: string | null, labels: Array<string>, until: string | null, holder: { databaseId: number, task: string, runId: string } | null } | null, approval: { kind: ApprovalKind, state: ApprovalState, voters: Array<string>, requestedAt: string, expiresAt: string | null, endedAt: string | null, remark: string | null, problem: string | null, policy: { approvers: Array<string>, required: number, onApprove: string }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, author: string | null } | null } | null, attempts: Array<{ id: string, number: number, worker: string, startedAt: string, finishedAt: string | null, durationMs: number | null, endedBy: AttemptEnding | null, exitCode: number | null, signal: string | null, outputsUri: string | null, logExcerpt: string | null }>, decisions: Array<{ id: string, action: RecordedAction, outcome: DecisionOutcome, refusal: string | null, viewer: string, actingFor: string | null, via: DecisionVia, note: string | null, headSha: string | null, decidedAt: string }>, deliveries: Array<{ id: string, channel: Channel, kind: DeliveryKind, recipient: string | null, state: DeliveryState, createdAt: string, deliveredAt: string | null, error: string | null }> } | null };

export type EarlierTasksQueryVariables = Exact<{
  task: string;
  until?: string | null | undefined;
}>;


export type EarlierTasksQuery = { tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null }> } };

export type TaskRowFragment = { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null };

export type TaskPageQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskPageQuery = { tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TaskCountQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
}>;


export type TaskCountQuery = { tasks: { totalCount: number } };

export type TaskNewsQueryVariables = Exact<{
  ids: Array<string> | string;
  filter?: TaskFilter | null | undefined;
}>;


export type TaskNewsQuery = { nodes: Array<
    | { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null }
    | Record<PropertyKey, never>
   | null>, tasks: { nodes: Array<{ id: string }> } };

export type CountFieldsFragment = { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const InboxRowFragmentDoc = new TypedDocumentString(`
    fragment InboxRow on Approval {
  id
  databaseId
  kind
  state
  requestedAt
  expiresAt
  endedAt
  voters
  problem
  policy {
    required
    risk
  }
  consequence {
    text
  }
  mayDecide {
    approve
    reject
    cancel
    whyNotApprove
    whyNotReject
    whyNotCancel
    hasVoted
    isLast
    needsFreshSignIn
    missing
  }
  pullRequest {
    host
    owner
    repo
    number
    headSha
    state
    details {
      title
      isDraft
      additions
      deletions
      changedFiles
      mergeProblem
      checks {
        state
        passed
        failed
        running
      }
    }
  }
  task {
    id
    databaseId
    task
    runId
    status
    outputsUri
    approver
  }
}
    `, {"fragmentName":"InboxRow"}) as unknown as TypedDocumentString<InboxRowFragment, unknown>;
export const PullEvidenceFragmentDoc = new TypedDocumentString(`
    fragment PullEvidence on PullRequest {
  details {
    isFromFork
    baseRef
    headRef
    mergeState
    reviewDecision
    labels
    readAt
    reviews {
      reviewer
      state
    }
    checks {
      skipped
      isComplete
      problem
      named {
        name
        state
        isRequired
        url
      }
    }
  }
}
    `, {"fragmentName":"PullEvidence"}) as unknown as TypedDocumentString<PullEvidenceFragment, unknown>;
export const DecidedTaskFragmentDoc = new TypedDocumentString(`
    fragment DecidedTask on Task {
  id
  databaseId
  approval {
    id
    state
    mayDecide {
      missing
    }
  }
}
    `, {"fragmentName":"DecidedTask"}) as unknown as TypedDocumentString<DecidedTaskFragment, unknown>;
export const RefusalFragmentDoc = new TypedDocumentString(`
    fragment Refusal on Error {
  message
  ... on AlreadyDecidedError {
    decision
    approver
  }
  ... on HeadMovedError {
    head
  }
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const TaskRowFragmentDoc = new TypedDocumentString(`
    fragment TaskRow on Task {
  id
  databaseId
  task
  runId
  status
  reason
  createdAt
  startedAt
  finishedAt
  durationMs
  outputsUri
  approvalState
  approver
}
    `, {"fragmentName":"TaskRow"}) as unknown as TypedDocumentString<TaskRowFragment, unknown>;
export const CountFieldsFragmentDoc = new TypedDocumentString(`
    fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}
    `, {"fragmentName":"CountFields"}) as unknown as TypedDocumentString<CountFieldsFragment, unknown>;
export const InboxPageDocument = new TypedDocumentString(`
    query InboxPage($mine: Boolean!, $first: Int!, $after: String) {
  approvals(filter: {mine: $mine}, first: $first, after: $after) {
    nodes {
      ...InboxRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment InboxRow on Approval {
  id
  databaseId
  kind
  state
  requestedAt
  expiresAt
  endedAt
  voters
  problem
  policy {
    required
    risk
  }
  consequence {
    text
  }
  mayDecide {
    approve
    reject
    cancel
    whyNotApprove
    whyNotReject
    whyNotCancel
    hasVoted
    isLast
    needsFreshSignIn
    missing
  }
  pullRequest {
    host
    owner
    repo
    number
    headSha
    state
    details {
      title
      isDraft
      additions
      deletions
      changedFiles
      mergeProblem
      checks {
        state
        passed
        failed
        running
      }
    }
  }
  task {
    id
    databaseId
    task
    runId
    status
    outputsUri
    approver
  }
}`) as unknown as TypedDocumentString<InboxPageQuery, InboxPageQueryVariables>;
export const InboxNewsDocument = new TypedDocumentString(`
    query InboxNews($ids: [ID!]!, $mine: Boolean!) {
  nodes(ids: $ids) {
    ...InboxRow
  }
  approvals(filter: {mine: $mine}, first: 200) {
    nodes {
      id
      expiresAt
    }
  }
}
    fragment InboxRow on Approval {
  id
  databaseId
  kind
  state
  requestedAt
  expiresAt
  endedAt
  voters
  problem
  policy {
    required
    risk
  }
  consequence {
    text
  }
  mayDecide {
    approve
    reject
    cancel
    whyNotApprove
    whyNotReject
    whyNotCancel
    hasVoted
    isLast
    needsFreshSignIn
    missing
  }
  pullRequest {
    host
    owner
    repo
    number
    headSha
    state
    details {
      title
      isDraft
      additions
      deletions
      changedFiles
      mergeProblem
      checks {
        state
        passed
        failed
        running
      }
    }
  }
  task {
    id
    databaseId
    task
    runId
    status
    outputsUri
    approver
  }
}`) as unknown as TypedDocumentString<InboxNewsQuery, InboxNewsQueryVariables>;
export const ApprovalCardDocument = new TypedDocumentString(`
    query ApprovalCard($task: Int!) {
  task(by: {databaseId: $task}) {
    id
    databaseId
    inputs
    logExcerpt
    approvalNote
    run {
      plan
      project
      startedBy
    }
    decisions {
      id
      action
      outcome
      viewer
      actingFor
      via
      note
      headSha
      decidedAt
    }
    approval {
      ...InboxRow
      staleAt
      escalatedAt
      remark
      pullAction {
        action
        state
        error
      }
      policy {
        approvers
        alsoApprovers
        onExpire
        denySelf
      }
      mayDecide {
        actingFor
        stillMay
      }
      consequence {
        runs
        releases
        pullAction
      }
      voidVotes {
        viewer
        headSha
        compareUrl
      }
      pullRequest {
        ...PullEvidence
        author
        isOwn
        checkedAt
        detailsProblem
      }
    }
  }
}
    fragment InboxRow on Approval {
  id
  databaseId
  kind
  state
  requestedAt
  expiresAt
  endedAt
  voters
  problem
  policy {
    required
    risk
  }
  consequence {
    text
  }
  mayDecide {
    approve
    reject
    cancel
    whyNotApprove
    whyNotReject
    whyNotCancel
    hasVoted
    isLast
    needsFreshSignIn
    missing
  }
  pullRequest {
    host
    owner
    repo
    number
    headSha
    state
    details {
      title
      isDraft
      additions
      deletions
      changedFiles
      mergeProblem
      checks {
        state
        passed
        failed
        running
      }
    }
  }
  task {
    id
    databaseId
    task
    runId
    status
    outputsUri
    approver
  }
}
fragment PullEvidence on PullRequest {
  details {
    isFromFork
    baseRef
    headRef
    mergeState
    reviewDecision
    labels
    readAt
    reviews {
      reviewer
      state
    }
    checks {
      skipped
      isComplete
      problem
      named {
        name
        state
        isRequired
        url
      }
    }
  }
}`) as unknown as TypedDocumentString<ApprovalCardQuery, ApprovalCardQueryVariables>;
export const ApprovalEvidenceDocument = new TypedDocumentString(`
    query ApprovalEvidence($task: Int!) {
  task(by: {databaseId: $task}) {
    approval {
      id
      pullRequest {
        details(refresh: true) {
          headSha
        }
        files {
          seen
          isComplete
          largest {
            path
            additions
            deletions
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ApprovalEvidenceQuery, ApprovalEvidenceQueryVariables>;
export const DecideDocument = new TypedDocumentString(`
    mutation Decide($input: DecideTasksInput!) {
  decideTasks(input: $input) {
    __typename
    ... on DecidedTasks {
      results {
        __typename
        ...DecidedTask
        ...Refusal
      }
    }
    ...Refusal
  }
}
    fragment DecidedTask on Task {
  id
  databaseId
  approval {
    id
    state
    mayDecide {
      missing
    }
  }
}
fragment Refusal on Error {
  message
  ... on AlreadyDecidedError {
    decision
    approver
  }
  ... on HeadMovedError {
    head
  }
}`) as unknown as TypedDocumentString<DecideMutation, DecideMutationVariables>;
export const PageViewerDocument = new TypedDocumentString(`
    query PageViewer {
  viewer {
    id
    kind
    scopes
    session {
      databaseId
      expiresAt
    }
  }
}
    `) as unknown as TypedDocumentString<PageViewerQuery, PageViewerQueryVariables>;
export const WaitingCountDocument = new TypedDocumentString(`
    query WaitingCount {
  tasks(filter: {status: [AWAITING_APPROVAL]}, first: 0) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<WaitingCountQuery, WaitingCountQueryVariables>;
export const RunChangedDocument = new TypedDocumentString(`
    subscription RunChanged($runId: String!) {
  taskChanged(runId: $runId) {
    id
    status
  }
}
    `) as unknown as TypedDocumentString<RunChangedSubscription, RunChangedSubscriptionVariables>;
export const PlanZonesDocument = new TypedDocumentString(`
    query PlanZones {
  plans(first: 200) {
    timezone
  }
}
    `) as unknown as TypedDocumentString<PlanZonesQuery, PlanZonesQueryVariables>;
export const TaskViewDocument = new TypedDocumentString(`
    query TaskView($id: Int!) {
  task(by: {databaseId: $id}) {
    ...TaskRow
    approvalNote
    inputs
    outputs
    remarks
    logExcerpt
    webhookNotifiedAt
    webhookError
    run {
      runId
      plan
      project
      startedBy
    }
    waitingFor {
      kind
      reason
      needs
      lock
      labels
      until
      holder {
        databaseId
        task
        runId
      }
    }
    approval {
      kind
      state
      voters
      requestedAt
      expiresAt
      endedAt
      remark
      problem
      policy {
        approvers
        required
        onApprove
      }
      pullRequest {
        host
        owner
        repo
        number
        headSha
        state
        author
      }
    }
    attempts {
      id
      number
      worker
      startedAt
      finishedAt
      durationMs
      endedBy
      exitCode
      signal
      outputsUri
      logExcerpt
    }
    decisions {
      id
      action
      outcome
      refusal
      viewer
      actingFor
      via
      note
      headSha
      decidedAt
    }
    deliveries {
      id
      channel
      kind
      recipient
      state
      createdAt
      deliveredAt
      error
    }
  }
}
    fragment TaskRow on Task {
  id
  databaseId
  task
  runId
  status
  reason
  createdAt
  startedAt
  finishedAt
  durationMs
  outputsUri
  approvalState
  approver
}`) as unknown as TypedDocumentString<TaskViewQuery, TaskViewQueryVariables>;
export const EarlierTasksDocument = new TypedDocumentString(`
    query EarlierTasks($task: String!, $until: DateTime) {
  tasks(filter: {task: [$task], until: $until}, first: 10) {
    nodes {
      ...TaskRow
    }
  }
}
    fragment TaskRow on Task {
  id
  databaseId
  task
  runId
  status
  reason
  createdAt
  startedAt
  finishedAt
  durationMs
  outputsUri
  approvalState
  approver
}`) as unknown as TypedDocumentString<EarlierTasksQuery, EarlierTasksQueryVariables>;
export const TaskPageDocument = new TypedDocumentString(`
    query TaskPage($filter: TaskFilter, $first: Int, $after: String) {
  tasks(filter: $filter, first: $first, after: $after) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TaskRow on Task {
  id
  databaseId
  task
  runId
  status
  reason
  createdAt
  startedAt
  finishedAt
  durationMs
  outputsUri
  approvalState
  approver
}`) as unknown as TypedDocumentString<TaskPageQuery, TaskPageQueryVariables>;
export const TaskCountDocument = new TypedDocumentString(`
    query TaskCount($filter: TaskFilter) {
  tasks(filter: $filter, first: 0) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<TaskCountQuery, TaskCountQueryVariables>;
export const TaskNewsDocument = new TypedDocumentString(`
    query TaskNews($ids: [ID!]!, $filter: TaskFilter) {
  nodes(ids: $ids) {
    ...TaskRow
  }
  tasks(filter: $filter, first: 50) {
    nodes {
      id
    }
  }
}
    fragment TaskRow on Task {
  id
  databaseId
  task
  runId
  status
  reason
  createdAt
  startedAt
  finishedAt
  durationMs
  outputsUri
  approvalState
  approver
}`) as unknown as TypedDocumentString<TaskNewsQuery, TaskNewsQueryVariables>;