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

/** What changed. */
export type ChangedKind =
  /** An approval: its state, its votes, or what is known of its pull request. */
  | 'APPROVAL'
  /** A run: how many tasks it has in each status, its start or its end. */
  | 'RUN'
  /** A task. */
  | 'TASK';

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

/** A new key of a service, or of yourself. */
export type CreateKeyInput = {
  /** For how long it works, in milliseconds; null for ever. Default: 90 days. */
  expiresInMs?: number | null | undefined;
  /** Only workers with no other labels than these. */
  labels?: Array<string> | null | undefined;
  /** The service, e.g. `ci`, or what you call your key: 1 to 63 lower-case letters, digits, `.`, `_` or `-`. */
  name: string;
  /** Whether it is a key of your own. You have to be signed in yourself: a key makes no key of a person. */
  person?: boolean | null | undefined;
  /** Only with these plans; `nightly.*` stands for every name that begins so. */
  plans?: Array<string> | null | undefined;
  /** Only in these projects. Reading covers the whole server. */
  projects?: Array<string> | null | undefined;
  /** What it lets the service do. */
  scopes: Array<Scope>;
  /** Only reports of these external tasks; `seo.*` stands for every name that begins so. */
  tasks?: Array<string> | null | undefined;
};

/** Filters the audit log. If you set several fields, all of them must match. */
export type DecisionFilter = {
  /** Any of these actions. */
  action?: Array<RecordedAction> | null | undefined;
  /** Any of these outcomes. */
  outcome?: Array<DecisionOutcome> | null | undefined;
  /** Entries about tasks of this run. */
  runId?: string | null | undefined;
  /** At this time or later. */
  since?: string | null | undefined;
  /** Entries about this task. */
  taskDatabaseId?: number | null | undefined;
  /** Before this time. */
  until?: string | null | undefined;
  /** Entries by this viewer; of a person by any address that is linked to it. */
  viewer?: string | null | undefined;
};

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

/** Who decides for you, and until when. */
export type DelegateInput = {
  /** The delegate, who must have the role approver: the name or the `databaseId`. */
  to: string;
  /** Until when, at most 90 days from now. */
  until: string;
};

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

/** Which worker to drain. */
export type DrainWorkerInput = {
  /** Its name, as shown in attempts. */
  worker: string;
};

/** What to end. */
export type EndDelegationInput = {
  /** Whose delegate that is; you if omitted. Others need the `admin` scope. */
  from?: string | null | undefined;
  /** The delegate: the name or the `databaseId`. */
  to: string;
};

/** Which session to end. */
export type EndSessionInput = {
  /** The session. */
  databaseId: number;
};

/** Whose sessions to end. */
export type EndSessionsInput = {
  /** Whose, e.g. `ann@example.org` or `service:ci`. Default: yours. */
  of?: string | null | undefined;
};

/** Whom to forget. */
export type ForgetPersonInput = {
  /** Whether to do it even if no admin is left. Default: false. */
  lastAdmin?: boolean | null | undefined;
  /** The person: its name, such as `ann@example.org`, or its `databaseId`. */
  person: string;
};

/** A role, for the whole server or for one project. */
export type GrantInput = {
  /** Only in this project, e.g. `acme/site`; not with `ADMIN`. Reading covers the whole server. */
  project?: string | null | undefined;
  /** The role. */
  role: Role;
};

/** Whether a key works. */
export type KeyState =
  /** It works. */
  | 'ACTIVE'
  /** It has expired. */
  | 'EXPIRED'
  /** It still works, until it expires: a newer key of the service has replaced it. */
  | 'REPLACED'
  /** It was revoked. */
  | 'REVOKED';

/** Which account to link to whom. */
export type LinkPersonInput = {
  /** The person: its name, such as `ann@example.org`, or its `databaseId`. */
  person: string;
  /** The account: its `databaseId`, its email address, or `github:login`. A name must be that of one account. */
  principal: string;
};

/** Which people to list; several fields mean all of them. */
export type PersonFilter = {
  /** Only those whose name contains this. */
  label?: string | null | undefined;
  /** Only those with this role, for the whole server or for a project. */
  role?: Role | null | undefined;
  /** Only those in one of these states. */
  states?: Array<PersonState> | null | undefined;
};

/** How it stands with a person. */
export type PersonState =
  /** May come in, and has. */
  | 'ACTIVE'
  /** Was forgotten: only the number is left. */
  | 'FORGOTTEN'
  /** May come in, and has not yet. */
  | 'INVITED'
  /** Was removed, or linked to another person: may not come in. */
  | 'REMOVED';

/** Which plan, and why. */
export type PlanStateInput = {
  /** The name of the plan, with its project if several have one: `nightly`, `acme/site:nightly`. */
  plan: string;
  /** The reason, shown to others; at most 500 characters. */
  reason?: string | null | undefined;
};

/** The state of a plan. */
export type PlanStateName =
  /** It runs as its file says. */
  | 'ACTIVE'
  /** Its schedule starts no runs. */
  | 'PAUSED'
  /** Its schedule starts no runs, lists leave it out, and nobody can start it by name. */
  | 'RETIRED';

/** What proves who a person is. */
export type PrincipalKind =
  /** A GitHub account, by its number. */
  | 'GITHUB'
  /** An account of the OpenID issuer, by its subject. */
  | 'ISSUER'
  /** A mail address that links are sent to. */
  | 'MAIL'
  /** A user of the trusted proxy. */
  | 'PROXY';

/** By what a viewer proved its identity. */
export type Proof =
  /** By the `ADMIN_API_KEY`. */
  | 'ADMIN_KEY'
  /** By GitHub, where it signed in. */
  | 'GITHUB'
  /** By GitHub, which told of its review or merge. */
  | 'HOST'
  /** By the OpenID issuer, where it signed in. */
  | 'ISSUER'
  /** By a key of its own. */
  | 'KEY'
  /** By a link that was sent to it. */
  | 'LINK'
  /** By the machine’s key, or by that of the server’s own process. */
  | 'MACHINE_KEY'
  /** By nothing. */
  | 'NONE'
  /** By the trusted proxy, which signed it in. */
  | 'PROXY'
  /** It is Nightshift itself. */
  | 'SERVER'
  /** By a token of GitHub Actions or of the OpenID issuer. */
  | 'TOKEN';

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

/** Whom to remove. */
export type RemovePersonInput = {
  /** Whether to do it even if no admin is left. Default: false. */
  lastAdmin?: boolean | null | undefined;
  /** The person: its name, such as `ann@example.org`, or its `databaseId`. */
  person: string;
};

/** Which keys to revoke. */
export type RevokeKeyInput = {
  /** The name of a service or of your own key, which revokes all keys of that name, or the prefix of one key. */
  key: string;
  /** Whether to revoke only keys of your own. */
  person?: boolean | null | undefined;
};

/** What a person may be on this server. */
export type Role =
  /** May do everything. */
  | 'ADMIN'
  /** May read, and approve, reject and cancel tasks. */
  | 'APPROVER'
  /** May read, report, work, and start and control runs. */
  | 'OPERATOR'
  /** May read. */
  | 'VIEWER';

/** Which key to replace. */
export type RotateKeyInput = {
  /** For how long the new key works; null for ever. Default: as long as the old one did. */
  expiresInMs?: number | null | undefined;
  /** The service, or the name of your key. */
  name: string;
  /** For how long the old key still works, in milliseconds; at most 90 days. Default: 24 hours. */
  overlapMs?: number | null | undefined;
  /** Whether it is a key of your own. You have to be signed in yourself. */
  person?: boolean | null | undefined;
};

/** The outcome of a scheduled run. */
export type ScheduledRunOutcome =
  /** Its run started later, because no server was up when it was due. */
  | 'CAUGHT_UP'
  /** Its run could not be started. It is retried while it may be caught up. */
  | 'FAILED'
  /** No server was up when it was due, and it was not caught up. */
  | 'MISSED'
  /** The plan was paused or retired, or the server was frozen. */
  | 'PAUSED'
  /** The previous run of the plan was still in progress. Runs that only wait for an approval or a missing worker do not count. */
  | 'SKIPPED'
  /** Its run started on time. */
  | 'STARTED';

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

/** Where somebody is signed in. */
export type SessionClient =
  /** A browser, by its cookie. */
  | 'BROWSER'
  /** The command line, by the token that it keeps. */
  | 'CLI';

/** Whether a session lasts. */
export type SessionState =
  /** Somebody is signed in. */
  | 'ACTIVE'
  /** Somebody signed out, or ended it. */
  | 'ENDED'
  /** It has expired. */
  | 'EXPIRED';

/** Whose roles to set, and to what. */
export type SetRoleInput = {
  /** All roles that the person has from now on; empty for none. */
  grants: Array<GrantInput>;
  /** Whether to do it even if no admin is left. Default: false. */
  lastAdmin?: boolean | null | undefined;
  /** The person: its name, such as `ann@example.org`, or its `databaseId`. A new address or `github:login` is that of somebody who may sign in from now on. */
  person: string;
};

/** Where a setting comes from. */
export type SettingSource =
  /** Nobody set it. */
  | 'DEFAULT'
  /** A variable of the process. */
  | 'ENVIRONMENT'
  /** A file of variables, or a file that holds the one value. */
  | 'FILE';

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
  /** With this text in the name of the step or run, the reason, the approval note or the link; not in the log excerpt. 2 to 100 characters, taken literally, in small or capital letters alike. Searches what started within `since` and `until`: the last 30 days without `since`, and at most 366 days. A page looks at 20,000 tasks at most, so it may hold fewer than you asked for, or none, and still have a next page. `totalCount` looks at 200,000. */
  text?: string | null | undefined;
  /** Started before this time. */
  until?: string | null | undefined;
};

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

/** Which account to take from its person. */
export type UnlinkPersonInput = {
  /** The account: its `databaseId`, its email address, or `github:login`. A name must be that of one account. */
  principal: string;
};

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

export type PageViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type PageViewerQuery = { viewer: { id: string, kind: ViewerKind, proof: Proof | null, scopes: Array<Scope>, session: { databaseId: number, expiresAt: string } | null } };

export type WaitingCountQueryVariables = Exact<{ [key: string]: never; }>;


export type WaitingCountQuery = { tasks: { totalCount: number } };

export type PageChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type PageChangesSubscription = { changed: { readAgain: boolean, rows: Array<{ kind: ChangedKind, id: string, version: number }> } };

export type PlanStateRowFragment = { plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null };

export type DueRowFragment = { id: string, plan: string, project: string | null, dueAt: string, outcome: ScheduledRunOutcome, runId: string | null, reason: string | null };

export type PlanListQueryVariables = Exact<{
  retired?: boolean | null | undefined;
}>;


export type PlanListQuery = { plans: Array<{ plan: string, project: string | null, schedule: string | null, timezone: string | null, registeredAt: string, state: { plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null } }>, scheduledRuns: Array<{ id: string, plan: string, project: string | null, dueAt: string, outcome: ScheduledRunOutcome, runId: string | null, reason: string | null }> };

export type OnePlanQueryVariables = Exact<{
  plan: string;
}>;


export type OnePlanQuery = { plans: Array<{ plan: string, project: string | null, schedule: string | null, timezone: string | null, registeredAt: string, state: { plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null } }>, scheduledRuns: Array<{ id: string, plan: string, project: string | null, dueAt: string, outcome: ScheduledRunOutcome, runId: string | null, reason: string | null }> };

export type PlanRegistrationsQueryVariables = Exact<{ [key: string]: never; }>;


export type PlanRegistrationsQuery = { decisions: { nodes: Array<{ id: string, subject: string | null, viewer: string, decidedAt: string, note: string | null }> } };

export type StepsOfRunQueryVariables = Exact<{
  runId: string;
}>;


export type StepsOfRunQuery = { run: { runId: string, tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null }> } } | null };

export type PauseOnePlanMutationVariables = Exact<{
  input: PlanStateInput;
}>;


export type PauseOnePlanMutation = { pausePlan:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PlanState', plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null }
   };

export type ResumeOnePlanMutationVariables = Exact<{
  input: PlanStateInput;
}>;


export type ResumeOnePlanMutation = { resumePlan:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PlanState', plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null }
   };

export type RetireOnePlanMutationVariables = Exact<{
  input: PlanStateInput;
}>;


export type RetireOnePlanMutation = { retirePlan:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PlanState', plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null }
   };

type RefusalFields_AlreadyAcknowledgedError_Fragment = { message: string };

type RefusalFields_AlreadyDecidedError_Fragment = { message: string };

type RefusalFields_AlreadyFrozenError_Fragment = { message: string };

type RefusalFields_DecisionIsFinalError_Fragment = { message: string };

type RefusalFields_HeadMovedError_Fragment = { message: string };

type RefusalFields_IdempotencyKeyReusedError_Fragment = { message: string };

type RefusalFields_IllegalTransitionError_Fragment = { message: string };

type RefusalFields_InvalidInputError_Fragment = { message: string, issues: Array<{ path: Array<string>, message: string, type: string }> };

type RefusalFields_LostLeaseError_Fragment = { message: string };

type RefusalFields_MayNotDecideError_Fragment = { message: string };

type RefusalFields_NotAFailureError_Fragment = { message: string };

type RefusalFields_NotAsShownError_Fragment = { message: string };

type RefusalFields_NotAwaitingApprovalError_Fragment = { message: string };

type RefusalFields_NotFoundError_Fragment = { message: string };

type RefusalFields_NotRedeliverableError_Fragment = { message: string };

type RefusalFields_NotRetryableError_Fragment = { message: string };

type RefusalFields_PersonRefusedError_Fragment = { message: string };

type RefusalFields_PlanElsewhereError_Fragment = { message: string };

type RefusalFields_RunExistsError_Fragment = { message: string };

type RefusalFields_UnknownLeaseError_Fragment = { message: string };

export type RefusalFieldsFragment =
  | RefusalFields_AlreadyAcknowledgedError_Fragment
  | RefusalFields_AlreadyDecidedError_Fragment
  | RefusalFields_AlreadyFrozenError_Fragment
  | RefusalFields_DecisionIsFinalError_Fragment
  | RefusalFields_HeadMovedError_Fragment
  | RefusalFields_IdempotencyKeyReusedError_Fragment
  | RefusalFields_IllegalTransitionError_Fragment
  | RefusalFields_InvalidInputError_Fragment
  | RefusalFields_LostLeaseError_Fragment
  | RefusalFields_MayNotDecideError_Fragment
  | RefusalFields_NotAFailureError_Fragment
  | RefusalFields_NotAsShownError_Fragment
  | RefusalFields_NotAwaitingApprovalError_Fragment
  | RefusalFields_NotFoundError_Fragment
  | RefusalFields_NotRedeliverableError_Fragment
  | RefusalFields_NotRetryableError_Fragment
  | RefusalFields_PersonRefusedError_Fragment
  | RefusalFields_PlanElsewhereError_Fragment
  | RefusalFields_RunExistsError_Fragment
  | RefusalFields_UnknownLeaseError_Fragment
;

export type KeyRowFragment = { databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null };

export type ShownKeyFragment = { secret: string, key: { databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null } };

export type KeyPageQueryVariables = Exact<{
  mine?: boolean | null | undefined;
  all?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type KeyPageQuery = { apiKeys: { nodes: Array<{ databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MakeKeyMutationVariables = Exact<{
  input: CreateKeyInput;
}>;


export type MakeKeyMutation = { createKey:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'MadeKey', secret: string, key: { databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null } }
   };

export type ReplaceKeyMutationVariables = Exact<{
  input: RotateKeyInput;
}>;


export type ReplaceKeyMutation = { rotateKey:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'MadeKey', secret: string, key: { databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null } }
   };

export type RevokeOneKeyMutationVariables = Exact<{
  input: RevokeKeyInput;
}>;


export type RevokeOneKeyMutation = { revokeKey:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'RevokedKeys', keys: Array<{ databaseId: number, name: string, owner: string | null, prefix: string, state: KeyState, scopes: Array<Scope>, projects: Array<string>, plans: Array<string>, labels: Array<string>, tasks: Array<string>, madeBy: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, replacedAt: string | null, revokedAt: string | null, revokedBy: string | null }> }
   };

export type AccountRowFragment = { databaseId: number, kind: PrincipalKind, issuer: string, label: string, address: string | null, likelyPerson: string | null, groups: Array<string>, linkedBy: string | null, createdAt: string, signedInAt: string | null, grants: Array<{ role: Role, project: string | null }> };

export type PersonRowFragment = { databaseId: number, label: string | null, state: PersonState, keyCount: number, sessionCount: number, createdAt: string, signedInAt: string | null, removedAt: string | null, removedBy: string | null, mergedInto: string | null, grants: Array<{ role: Role, project: string | null }>, principals: Array<{ databaseId: number, kind: PrincipalKind, issuer: string, label: string, address: string | null, likelyPerson: string | null, groups: Array<string>, linkedBy: string | null, createdAt: string, signedInAt: string | null, grants: Array<{ role: Role, project: string | null }> }>, delegates: Array<{ person: string | null, delegate: string | null, until: string, createdAt: string, endedAt: string | null }> };

export type PeoplePageQueryVariables = Exact<{
  filter?: PersonFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PeoplePageQuery = { people: { nodes: Array<{ databaseId: number, label: string | null, state: PersonState, keyCount: number, sessionCount: number, createdAt: string, signedInAt: string | null, removedAt: string | null, removedBy: string | null, mergedInto: string | null, grants: Array<{ role: Role, project: string | null }>, principals: Array<{ databaseId: number, kind: PrincipalKind, issuer: string, label: string, address: string | null, likelyPerson: string | null, groups: Array<string>, linkedBy: string | null, createdAt: string, signedInAt: string | null, grants: Array<{ role: Role, project: string | null }> }>, delegates: Array<{ person: string | null, delegate: string | null, until: string, createdAt: string, endedAt: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WaitingAccountsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WaitingAccountsQuery = { waitingPrincipals: { nodes: Array<{ databaseId: number, kind: PrincipalKind, issuer: string, label: string, address: string | null, likelyPerson: string | null, groups: Array<string>, linkedBy: string | null, createdAt: string, signedInAt: string | null, grants: Array<{ role: Role, project: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SetRolesMutationVariables = Exact<{
  input: SetRoleInput;
}>;


export type SetRolesMutation = { setRole:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'Person', databaseId: number, label: string | null }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type RemoveOnePersonMutationVariables = Exact<{
  input: RemovePersonInput;
}>;


export type RemoveOnePersonMutation = { removePerson:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'Person', databaseId: number, label: string | null }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type ForgetOnePersonMutationVariables = Exact<{
  input: ForgetPersonInput;
}>;


export type ForgetOnePersonMutation = { forgetPerson:
    | { __typename: 'ForgottenPerson', person: number, rewritten: number, left: Array<string> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type LinkAccountMutationVariables = Exact<{
  input: LinkPersonInput;
}>;


export type LinkAccountMutation = { linkPerson:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'Person', databaseId: number, label: string | null }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type UnlinkAccountMutationVariables = Exact<{
  input: UnlinkPersonInput;
}>;


export type UnlinkAccountMutation = { unlinkPerson:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PersonRefusedError', message: string }
    | { __typename: 'Principal', databaseId: number, label: string }
   };

export type EndSessionsOfMutationVariables = Exact<{
  input: EndSessionsInput;
}>;


export type EndSessionsOfMutation = { endSessions:
    | { __typename: 'EndedSessions', count: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
   };

export type RecordPageQueryVariables = Exact<{
  filter?: DecisionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RecordPageQuery = { decisions: { nodes: Array<{ id: string, action: RecordedAction, outcome: DecisionOutcome, refusal: string | null, viewer: string, actingFor: string | null, via: DecisionVia, address: string | null, note: string | null, subject: string | null, task: string | null, taskDatabaseId: number | null, runId: string | null, decidedAt: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsQuery = { settings: Array<{ name: string, value: string | null, isSecret: boolean, source: SettingSource }> };

export type BusyWorkersQueryVariables = Exact<{ [key: string]: never; }>;


export type BusyWorkersQuery = { tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null, attempts: Array<{ id: string, worker: string, startedAt: string, finishedAt: string | null }> }>, pageInfo: { hasNextPage: boolean } } };

export type DrainMutationVariables = Exact<{
  input: DrainWorkerInput;
}>;


export type DrainMutation = { drainWorker:
    | { __typename: 'DrainedWorker', worker: string, running: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
   };

export type SessionRowFragment = { databaseId: number, owner: string, state: SessionState, client: SessionClient, proof: Proof, isCurrent: boolean, address: string | null, agent: string | null, createdAt: string, lastUsedAt: string, expiresAt: string, endedAt: string | null, endedBy: string | null };

export type SessionPageQueryVariables = Exact<{
  everybody?: boolean | null | undefined;
  all?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionPageQuery = { sessions: { nodes: Array<{ databaseId: number, owner: string, state: SessionState, client: SessionClient, proof: Proof, isCurrent: boolean, address: string | null, agent: string | null, createdAt: string, lastUsedAt: string, expiresAt: string, endedAt: string | null, endedBy: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EndOneSessionMutationVariables = Exact<{
  input: EndSessionInput;
}>;


export type EndOneSessionMutation = { endSession:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'Session', databaseId: number, owner: string, state: SessionState, client: SessionClient, proof: Proof, isCurrent: boolean, address: string | null, agent: string | null, createdAt: string, lastUsedAt: string, expiresAt: string, endedAt: string | null, endedBy: string | null }
   };

export type YouQueryVariables = Exact<{ [key: string]: never; }>;


export type YouQuery = { viewer: { id: string, kind: ViewerKind, proof: Proof | null, groups: Array<string>, scopes: Array<Scope>, expiresAt: string | null, bounds: { projects: Array<string> | null, plans: Array<string> | null, labels: Array<string> | null, tasks: Array<string> | null } | null, roleBounds: Array<{ scope: Scope, bounds: { projects: Array<string> | null, plans: Array<string> | null, labels: Array<string> | null, tasks: Array<string> | null } }>, session: { databaseId: number, owner: string, state: SessionState, client: SessionClient, proof: Proof, isCurrent: boolean, address: string | null, agent: string | null, createdAt: string, lastUsedAt: string, expiresAt: string, endedAt: string | null, endedBy: string | null } | null } };

export type BoundFieldsFragment = { projects: Array<string> | null, plans: Array<string> | null, labels: Array<string> | null, tasks: Array<string> | null };

export type NameDelegateMutationVariables = Exact<{
  input: DelegateInput;
}>;


export type NameDelegateMutation = { delegate:
    | { __typename: 'Delegation', person: string | null, delegate: string | null, until: string, createdAt: string, endedAt: string | null }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type EndDelegationOfMutationVariables = Exact<{
  input: EndDelegationInput;
}>;


export type EndDelegationOfMutation = { endDelegation:
    | { __typename: 'Delegation', person: string | null, delegate: string | null, until: string, createdAt: string, endedAt: string | null }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
    | { __typename: 'PersonRefusedError', message: string }
   };

export type DelegationRowFragment = { person: string | null, delegate: string | null, until: string, createdAt: string, endedAt: string | null };

export type PlanZonesQueryVariables = Exact<{ [key: string]: never; }>;


export type PlanZonesQuery = { plans: Array<{ timezone: string | null }> };

export type TaskViewQueryVariables = Exact<{
  id: number;
}>;


export type TaskViewQuery = { task: { approvalNote: string | null, inputs: unknown, outputs: unknown, remarks: Array<string>, logExcerpt: string | null, webhookNotifiedAt: string | null, webhookError: string | null, id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null, run: { runId: string, plan: string | null, project: string | null, startedBy: string | null }, waitingFor: { kind: WaitKind, reason: string, needs: Array<string>, lock: string | null, labels: Array<string>, until: string | null, holder: { databaseId: number, task: string, runId: string } | null } | null, approval: { id: string, kind: ApprovalKind, state: ApprovalState, voters: Array<string>, requestedAt: string, expiresAt: string | null, endedAt: string | null, remark: string | null, problem: string | null, policy: { approvers: Array<string>, required: number, onApprove: string }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, author: string | null } | null } | null, attempts: Array<{ id: string, number: number, worker: string, startedAt: string, finishedAt: string | null, durationMs: number | null, endedBy: AttemptEnding | null, exitCode: number | null, signal: string | null, outputsUri: string | null, logExcerpt: string | null }>, decisions: Array<{ id: string, action: RecordedAction, outcome: DecisionOutcome, refusal: string | null, viewer: string, actingFor: string | null, via: DecisionVia, note: string | null, headSha: string | null, decidedAt: string }>, deliveries: Array<{ id: string, channel: Channel, kind: DeliveryKind, recipient: string | null, state: DeliveryState, createdAt: string, deliveredAt: string | null, error: string | null }> } | null };

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
export const PlanStateRowFragmentDoc = new TypedDocumentString(`
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
    `, {"fragmentName":"PlanStateRow"}) as unknown as TypedDocumentString<PlanStateRowFragment, unknown>;
export const DueRowFragmentDoc = new TypedDocumentString(`
    fragment DueRow on ScheduledRun {
  id
  plan
  project
  dueAt
  outcome
  runId
  reason
}
    `, {"fragmentName":"DueRow"}) as unknown as TypedDocumentString<DueRowFragment, unknown>;
export const RefusalFieldsFragmentDoc = new TypedDocumentString(`
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
    `, {"fragmentName":"RefusalFields"}) as unknown as TypedDocumentString<RefusalFieldsFragment, unknown>;
export const KeyRowFragmentDoc = new TypedDocumentString(`
    fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}
    `, {"fragmentName":"KeyRow"}) as unknown as TypedDocumentString<KeyRowFragment, unknown>;
export const ShownKeyFragmentDoc = new TypedDocumentString(`
    fragment ShownKey on MadeKey {
  secret
  key {
    ...KeyRow
  }
}
    fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}`, {"fragmentName":"ShownKey"}) as unknown as TypedDocumentString<ShownKeyFragment, unknown>;
export const AccountRowFragmentDoc = new TypedDocumentString(`
    fragment AccountRow on Principal {
  databaseId
  kind
  issuer
  label
  address
  likelyPerson
  grants {
    role
    project
  }
  groups
  linkedBy
  createdAt
  signedInAt
}
    `, {"fragmentName":"AccountRow"}) as unknown as TypedDocumentString<AccountRowFragment, unknown>;
export const DelegationRowFragmentDoc = new TypedDocumentString(`
    fragment DelegationRow on Delegation {
  person
  delegate
  until
  createdAt
  endedAt
}
    `, {"fragmentName":"DelegationRow"}) as unknown as TypedDocumentString<DelegationRowFragment, unknown>;
export const PersonRowFragmentDoc = new TypedDocumentString(`
    fragment PersonRow on Person {
  databaseId
  label
  state
  grants {
    role
    project
  }
  principals {
    ...AccountRow
  }
  delegates {
    ...DelegationRow
  }
  keyCount
  sessionCount
  createdAt
  signedInAt
  removedAt
  removedBy
  mergedInto
}
    fragment AccountRow on Principal {
  databaseId
  kind
  issuer
  label
  address
  likelyPerson
  grants {
    role
    project
  }
  groups
  linkedBy
  createdAt
  signedInAt
}
fragment DelegationRow on Delegation {
  person
  delegate
  until
  createdAt
  endedAt
}`, {"fragmentName":"PersonRow"}) as unknown as TypedDocumentString<PersonRowFragment, unknown>;
export const SessionRowFragmentDoc = new TypedDocumentString(`
    fragment SessionRow on Session {
  databaseId
  owner
  state
  client
  proof
  isCurrent
  address
  agent
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  endedBy
}
    `, {"fragmentName":"SessionRow"}) as unknown as TypedDocumentString<SessionRowFragment, unknown>;
export const BoundFieldsFragmentDoc = new TypedDocumentString(`
    fragment BoundFields on ViewerBounds {
  projects
  plans
  labels
  tasks
}
    `, {"fragmentName":"BoundFields"}) as unknown as TypedDocumentString<BoundFieldsFragment, unknown>;
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
export const PageViewerDocument = new TypedDocumentString(`
    query PageViewer {
  viewer {
    id
    kind
    proof
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
export const PageChangesDocument = new TypedDocumentString(`
    subscription PageChanges {
  changed {
    readAgain
    rows {
      kind
      id
      version
    }
  }
}
    `) as unknown as TypedDocumentString<PageChangesSubscription, PageChangesSubscriptionVariables>;
export const PlanListDocument = new TypedDocumentString(`
    query PlanList($retired: Boolean) {
  plans(retired: $retired, first: 200) {
    plan
    project
    schedule
    timezone
    registeredAt
    state {
      ...PlanStateRow
    }
  }
  scheduledRuns(first: 50) {
    ...DueRow
  }
}
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
fragment DueRow on ScheduledRun {
  id
  plan
  project
  dueAt
  outcome
  runId
  reason
}`) as unknown as TypedDocumentString<PlanListQuery, PlanListQueryVariables>;
export const OnePlanDocument = new TypedDocumentString(`
    query OnePlan($plan: String!) {
  plans(plan: $plan, retired: true, first: 200) {
    plan
    project
    schedule
    timezone
    registeredAt
    state {
      ...PlanStateRow
    }
  }
  scheduledRuns(plan: $plan, first: 50) {
    ...DueRow
  }
}
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
fragment DueRow on ScheduledRun {
  id
  plan
  project
  dueAt
  outcome
  runId
  reason
}`) as unknown as TypedDocumentString<OnePlanQuery, OnePlanQueryVariables>;
export const PlanRegistrationsDocument = new TypedDocumentString(`
    query PlanRegistrations {
  decisions(filter: {action: [REGISTER]}, first: 200) {
    nodes {
      id
      subject
      viewer
      decidedAt
      note
    }
  }
}
    `) as unknown as TypedDocumentString<PlanRegistrationsQuery, PlanRegistrationsQueryVariables>;
export const StepsOfRunDocument = new TypedDocumentString(`
    query StepsOfRun($runId: String!) {
  run(runId: $runId) {
    runId
    tasks(first: 200) {
      nodes {
        ...TaskRow
      }
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
}`) as unknown as TypedDocumentString<StepsOfRunQuery, StepsOfRunQueryVariables>;
export const PauseOnePlanDocument = new TypedDocumentString(`
    mutation PauseOnePlan($input: PlanStateInput!) {
  pausePlan(input: $input) {
    __typename
    ...PlanStateRow
    ...RefusalFields
  }
}
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<PauseOnePlanMutation, PauseOnePlanMutationVariables>;
export const ResumeOnePlanDocument = new TypedDocumentString(`
    mutation ResumeOnePlan($input: PlanStateInput!) {
  resumePlan(input: $input) {
    __typename
    ...PlanStateRow
    ...RefusalFields
  }
}
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<ResumeOnePlanMutation, ResumeOnePlanMutationVariables>;
export const RetireOnePlanDocument = new TypedDocumentString(`
    mutation RetireOnePlan($input: PlanStateInput!) {
  retirePlan(input: $input) {
    __typename
    ...PlanStateRow
    ...RefusalFields
  }
}
    fragment PlanStateRow on PlanState {
  plan
  project
  state
  reason
  saidBy
  saidAt
}
fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<RetireOnePlanMutation, RetireOnePlanMutationVariables>;
export const KeyPageDocument = new TypedDocumentString(`
    query KeyPage($mine: Boolean, $all: Boolean, $first: Int, $after: String) {
  apiKeys(mine: $mine, all: $all, first: $first, after: $after) {
    nodes {
      ...KeyRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}`) as unknown as TypedDocumentString<KeyPageQuery, KeyPageQueryVariables>;
export const MakeKeyDocument = new TypedDocumentString(`
    mutation MakeKey($input: CreateKeyInput!) {
  createKey(input: $input) {
    __typename
    ...ShownKey
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}
fragment ShownKey on MadeKey {
  secret
  key {
    ...KeyRow
  }
}`) as unknown as TypedDocumentString<MakeKeyMutation, MakeKeyMutationVariables>;
export const ReplaceKeyDocument = new TypedDocumentString(`
    mutation ReplaceKey($input: RotateKeyInput!) {
  rotateKey(input: $input) {
    __typename
    ...ShownKey
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}
fragment ShownKey on MadeKey {
  secret
  key {
    ...KeyRow
  }
}`) as unknown as TypedDocumentString<ReplaceKeyMutation, ReplaceKeyMutationVariables>;
export const RevokeOneKeyDocument = new TypedDocumentString(`
    mutation RevokeOneKey($input: RevokeKeyInput!) {
  revokeKey(input: $input) {
    __typename
    ... on RevokedKeys {
      keys {
        ...KeyRow
      }
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment KeyRow on ApiKey {
  databaseId
  name
  owner
  prefix
  state
  scopes
  projects
  plans
  labels
  tasks
  madeBy
  createdAt
  expiresAt
  lastUsedAt
  replacedAt
  revokedAt
  revokedBy
}`) as unknown as TypedDocumentString<RevokeOneKeyMutation, RevokeOneKeyMutationVariables>;
export const PeoplePageDocument = new TypedDocumentString(`
    query PeoplePage($filter: PersonFilter, $first: Int, $after: String) {
  people(filter: $filter, first: $first, after: $after) {
    nodes {
      ...PersonRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AccountRow on Principal {
  databaseId
  kind
  issuer
  label
  address
  likelyPerson
  grants {
    role
    project
  }
  groups
  linkedBy
  createdAt
  signedInAt
}
fragment PersonRow on Person {
  databaseId
  label
  state
  grants {
    role
    project
  }
  principals {
    ...AccountRow
  }
  delegates {
    ...DelegationRow
  }
  keyCount
  sessionCount
  createdAt
  signedInAt
  removedAt
  removedBy
  mergedInto
}
fragment DelegationRow on Delegation {
  person
  delegate
  until
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<PeoplePageQuery, PeoplePageQueryVariables>;
export const WaitingAccountsDocument = new TypedDocumentString(`
    query WaitingAccounts($first: Int, $after: String) {
  waitingPrincipals(first: $first, after: $after) {
    nodes {
      ...AccountRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AccountRow on Principal {
  databaseId
  kind
  issuer
  label
  address
  likelyPerson
  grants {
    role
    project
  }
  groups
  linkedBy
  createdAt
  signedInAt
}`) as unknown as TypedDocumentString<WaitingAccountsQuery, WaitingAccountsQueryVariables>;
export const SetRolesDocument = new TypedDocumentString(`
    mutation SetRoles($input: SetRoleInput!) {
  setRole(input: $input) {
    __typename
    ... on Person {
      databaseId
      label
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<SetRolesMutation, SetRolesMutationVariables>;
export const RemoveOnePersonDocument = new TypedDocumentString(`
    mutation RemoveOnePerson($input: RemovePersonInput!) {
  removePerson(input: $input) {
    __typename
    ... on Person {
      databaseId
      label
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<RemoveOnePersonMutation, RemoveOnePersonMutationVariables>;
export const ForgetOnePersonDocument = new TypedDocumentString(`
    mutation ForgetOnePerson($input: ForgetPersonInput!) {
  forgetPerson(input: $input) {
    __typename
    ... on ForgottenPerson {
      person
      rewritten
      left
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<ForgetOnePersonMutation, ForgetOnePersonMutationVariables>;
export const LinkAccountDocument = new TypedDocumentString(`
    mutation LinkAccount($input: LinkPersonInput!) {
  linkPerson(input: $input) {
    __typename
    ... on Person {
      databaseId
      label
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<LinkAccountMutation, LinkAccountMutationVariables>;
export const UnlinkAccountDocument = new TypedDocumentString(`
    mutation UnlinkAccount($input: UnlinkPersonInput!) {
  unlinkPerson(input: $input) {
    __typename
    ... on Principal {
      databaseId
      label
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<UnlinkAccountMutation, UnlinkAccountMutationVariables>;
export const EndSessionsOfDocument = new TypedDocumentString(`
    mutation EndSessionsOf($input: EndSessionsInput!) {
  endSessions(input: $input) {
    __typename
    ... on EndedSessions {
      count
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<EndSessionsOfMutation, EndSessionsOfMutationVariables>;
export const RecordPageDocument = new TypedDocumentString(`
    query RecordPage($filter: DecisionFilter, $first: Int, $after: String) {
  decisions(filter: $filter, first: $first, after: $after) {
    nodes {
      id
      action
      outcome
      refusal
      viewer
      actingFor
      via
      address
      note
      subject
      task
      taskDatabaseId
      runId
      decidedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<RecordPageQuery, RecordPageQueryVariables>;
export const SettingsDocument = new TypedDocumentString(`
    query Settings {
  settings {
    name
    value
    isSecret
    source
  }
}
    `) as unknown as TypedDocumentString<SettingsQuery, SettingsQueryVariables>;
export const BusyWorkersDocument = new TypedDocumentString(`
    query BusyWorkers {
  tasks(filter: {status: [RUNNING]}, first: 100) {
    nodes {
      ...TaskRow
      attempts {
        id
        worker
        startedAt
        finishedAt
      }
    }
    pageInfo {
      hasNextPage
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
}`) as unknown as TypedDocumentString<BusyWorkersQuery, BusyWorkersQueryVariables>;
export const DrainDocument = new TypedDocumentString(`
    mutation Drain($input: DrainWorkerInput!) {
  drainWorker(input: $input) {
    __typename
    ... on DrainedWorker {
      worker
      running
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}`) as unknown as TypedDocumentString<DrainMutation, DrainMutationVariables>;
export const SessionPageDocument = new TypedDocumentString(`
    query SessionPage($everybody: Boolean, $all: Boolean, $first: Int, $after: String) {
  sessions(everybody: $everybody, all: $all, first: $first, after: $after) {
    nodes {
      ...SessionRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment SessionRow on Session {
  databaseId
  owner
  state
  client
  proof
  isCurrent
  address
  agent
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  endedBy
}`) as unknown as TypedDocumentString<SessionPageQuery, SessionPageQueryVariables>;
export const EndOneSessionDocument = new TypedDocumentString(`
    mutation EndOneSession($input: EndSessionInput!) {
  endSession(input: $input) {
    __typename
    ... on Session {
      ...SessionRow
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment SessionRow on Session {
  databaseId
  owner
  state
  client
  proof
  isCurrent
  address
  agent
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  endedBy
}`) as unknown as TypedDocumentString<EndOneSessionMutation, EndOneSessionMutationVariables>;
export const YouDocument = new TypedDocumentString(`
    query You {
  viewer {
    id
    kind
    proof
    groups
    scopes
    expiresAt
    bounds {
      ...BoundFields
    }
    roleBounds {
      scope
      bounds {
        ...BoundFields
      }
    }
    session {
      ...SessionRow
    }
  }
}
    fragment SessionRow on Session {
  databaseId
  owner
  state
  client
  proof
  isCurrent
  address
  agent
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  endedBy
}
fragment BoundFields on ViewerBounds {
  projects
  plans
  labels
  tasks
}`) as unknown as TypedDocumentString<YouQuery, YouQueryVariables>;
export const NameDelegateDocument = new TypedDocumentString(`
    mutation NameDelegate($input: DelegateInput!) {
  delegate(input: $input) {
    __typename
    ...DelegationRow
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment DelegationRow on Delegation {
  person
  delegate
  until
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<NameDelegateMutation, NameDelegateMutationVariables>;
export const EndDelegationOfDocument = new TypedDocumentString(`
    mutation EndDelegationOf($input: EndDelegationInput!) {
  endDelegation(input: $input) {
    __typename
    ...DelegationRow
    ...RefusalFields
  }
}
    fragment RefusalFields on Error {
  message
  ... on InvalidInputError {
    issues {
      path
      message
      type
    }
  }
}
fragment DelegationRow on Delegation {
  person
  delegate
  until
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<EndDelegationOfMutation, EndDelegationOfMutationVariables>;
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
      id
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