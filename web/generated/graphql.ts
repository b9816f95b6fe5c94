/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which failed task to acknowledge, and what others should know. */
export type AcknowledgeTaskInput = {
  /** A note, shown with the task; at most 4,000 characters. */
  note?: string | null | undefined;
  /** The task. */
  task: TaskKeyInput;
};

/** What is approved. */
export type ApprovalKind =
  /** A gate, before the step runs: approving lets workers take its task. */
  | 'GATE'
  /** The output of the step: approving ends its task. */
  | 'OUTPUT';

/** When the output of a step needs approval. */
export type ApprovalMode =
  /** After every success. */
  | 'ALWAYS'
  /** If it opened a pull request. */
  | 'AUTO'
  /** Never. */
  | 'NEVER';

/** How an approval is decided. Omitted fields have their defaults. */
export type ApprovalPolicyInput = {
  /** Viewers and groups (`group:release`) that may approve and reject. Default: everyone with the `approve` scope. */
  approvers?: Array<string> | null | undefined;
  /** Prevents self-approval: whoever started the run or wrote the pull request may not approve. Default false. */
  denySelf?: boolean | null | undefined;
  /** Who else may decide after it was escalated. */
  escalateTo?: Array<string> | null | undefined;
  /** Milliseconds until the approval expires; null means never. Default 72 hours. */
  expiresAfterMs?: number | null | undefined;
  /** What an approval does to the pull request: `none`, `merge`, or `label:NAME`. Default none. */
  onApprove?: string | null | undefined;
  /** What happens when it expires. Default `EXPIRE`. */
  onExpire?: ExpiryAction | null | undefined;
  /** After which fractions of that time reminders are sent, above 0 and below 1. Default 0.5 and 0.9. */
  remind?: Array<number> | null | undefined;
  /** How many different people must approve; 1 to 10. Default 1. */
  required?: number | null | undefined;
  /** How much care the decision needs. Default `LOW`. */
  risk?: Risk | null | undefined;
};

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

/** The pauses between attempts: the first one, how it grows, and the longest. */
export type BackoffInput = {
  /** The first pause in milliseconds. */
  delayMs: number;
  /** The factor by which each pause is longer than the one before; 1 to 10. */
  factor: number;
  /** The longest pause in milliseconds. */
  maxMs: number;
};

/** Which run to cancel, and why. */
export type CancelRunInput = {
  /** The reason; at most 4,000 characters. */
  note?: string | null | undefined;
  /** The run. */
  runId: string;
};

/** Which task to cancel, and why. */
export type CancelTaskInput = {
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
  /** The reason; at most 4,000 characters. */
  note?: string | null | undefined;
  /** The task. Prefer this to `id` and `databaseId`, which are deprecated. */
  task?: TaskKeyInput | null | undefined;
};

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

/** Which database a server has. */
export type DatabaseKind =
  /** PGlite, which is PostgreSQL within the process of the server. */
  | 'PGLITE'
  /** A PostgreSQL server. */
  | 'POSTGRES';

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
  | 'STEP_UNCLAIMED'
  /** A test message, which somebody asked for. */
  | 'TEST';

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

/** Whom to forget. */
export type ForgetPersonInput = {
  /** Whether to do it even if no admin is left. Default: false. */
  lastAdmin?: boolean | null | undefined;
  /** The person: its name, such as `ann@example.org`, or its `databaseId`. */
  person: string;
};

/** Why to freeze the server. */
export type FreezeInput = {
  /** The reason, shown to everybody; 1 to 500 characters. */
  why: string;
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

/** What you are notified of, and when. */
export type NotifyInput = {
  /** A step failed that did not fail in the run before. Default `NOW`. */
  failure?: NotifyWhen | null | undefined;
  /** A step succeeded that had failed in the run before. Default `NOW`. */
  recovery?: NotifyWhen | null | undefined;
  /** A step failed again. Default `DIGEST`. */
  repeat?: NotifyWhen | null | undefined;
  /** A scheduled run was skipped, missed or failed. Default `NOW`. */
  schedule?: NotifyWhen | null | undefined;
  /** A run has nothing left to do: the outcome of each task. Default `NOW`. */
  summary?: NotifyWhen | null | undefined;
  /** No worker asks for a task that is ready. Default `NOW`. */
  unclaimed?: NotifyWhen | null | undefined;
};

/** When you are notified. */
export type NotifyWhen =
  /** With the next daily digest. */
  | 'DIGEST'
  /** Never. */
  | 'NEVER'
  /** Immediately. */
  | 'NOW';

/** What a step does if an earlier run of it is still pending approval. */
export type OnOpen =
  /** The new task runs anyway. */
  | 'RUN'
  /** The new task is skipped. */
  | 'SKIP'
  /** The new task replaces it: the earlier approval is cancelled. */
  | 'SUPERSEDE';

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

/** The content of a plan, from a caller that has its file. */
export type PlanDefinitionInput = {
  /** The plan, as in its file. */
  content: PlanInput;
  /** The project of the plan and the path of its file. Default: the project that has a plan of this name, or none. */
  home?: PlanHomeInput | null | undefined;
};

/** The project of a plan and the path of its file. This is not part of the content of the plan. */
export type PlanHomeInput = {
  /** Whether the project was guessed from the name of a package or folder. A guessed project cannot start a second schedule for a plan that has one. Default false. */
  isGuessed?: boolean | null | undefined;
  /** The path that the file was moved from, after a call was refused because of it: the repository no longer has the plan there. */
  movedFrom?: string | null | undefined;
  /** The path of the plan file in its repository, e.g. `ops/nightly.plan.ts`. */
  path?: string | null | undefined;
  /** The project, e.g. `acme/site`; 1 to 128 characters, without a colon. */
  project: string;
};

/** The content of a plan: the order and limits of its steps, without commands or secrets; at most 4 MB as JSON. */
export type PlanInput = {
  /** How many of its tasks may run at once; 1 to 100. Default 1. */
  concurrency?: number | null | undefined;
  /** Its name; 1 to 48 characters. */
  name: string;
  /** What you are notified of, and when. */
  notify?: NotifyInput | null | undefined;
  /** Its steps, 1 to 10,000. */
  steps: Array<PlanStepInput>;
  /** How long in milliseconds no matching worker may ask for a task that is ready before you are notified. Default one hour. */
  unclaimedAfterMs?: number | null | undefined;
  /** Milliseconds after which such a task fails; at least `unclaimedAfterMs`. Default 24 hours. */
  unclaimedFailsMs?: number | null | undefined;
};

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

/** One step of a plan, with what the server needs to know: never its command. */
export type PlanStepInput = {
  /** When its output needs approval. Default `AUTO`. */
  approval?: ApprovalMode | null | undefined;
  /** The pauses between attempts. */
  backoff?: BackoffInput | null | undefined;
  /** How it is approved before it runs; omit it for no gate. A gate cannot approve when it expires, and does nothing to a pull request. */
  gate?: ApprovalPolicyInput | null | undefined;
  /** Its inputs, stored with the task for the record. A JSON object of at most 64 KB. */
  inputs?: unknown;
  /** The labels that a worker must have to take it. */
  labels?: Array<string> | null | undefined;
  /** Tasks with the same lock never run at the same time, across all runs. */
  lock?: string | null | undefined;
  /** The steps that must succeed before it starts. */
  needs?: Array<string> | null | undefined;
  /** What to do if an earlier run of this step is still pending approval. Default `RUN`. */
  onOpen?: OnOpen | null | undefined;
  /** How its approval is decided. */
  policy?: ApprovalPolicyInput | null | undefined;
  /** How many attempts may follow the first; 0 to 20. Default 0. */
  retries?: number | null | undefined;
  /** Which failures are retried. Default: all of them. */
  retryOn?: Array<RetryCause> | null | undefined;
  /** The user whose rights its command has, as `user` or `user:group`. Default: the rights of the worker. */
  runAs?: string | null | undefined;
  /** The exit code that means skipped, 1 to 255; 0: none does. Default 77. */
  skipCode?: number | null | undefined;
  /** Its name, e.g. `seo.validate`; unique in the plan. */
  task: string;
};

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
  /** A test message was sent to a channel. */
  | 'TEST_CHANNEL'
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

/** Which failures are retried. */
export type RetryCause =
  /** Its command exited with a code other than 0, was ended by a signal, or could not be started. */
  | 'EXIT'
  /** Its worker was lost or stopped. */
  | 'LOST'
  /** It timed out, or had no output for too long. */
  | 'TIMEOUT';

/** Which tasks of a run to retry. Approved tasks are kept in every mode. */
export type RetryMode =
  /** Everything that has ended. */
  | 'ALL'
  /** Tasks that failed, were cancelled, or did not run because of that. */
  | 'FAILED'
  /** One step and all steps that depend on it. */
  | 'FROM';

/** Which run to retry, and how. */
export type RetryRunInput = {
  /** The step to start from; only with the mode `FROM`. */
  from?: string | null | undefined;
  /** Which tasks to retry. */
  mode?: RetryMode | null | undefined;
  /** The run. */
  runId: string;
};

/** Which task to retry. */
export type RetryTaskInput = {
  /**
   * Deprecated: the ID of the task in REST and SQL.
   * @deprecated Use `task: { databaseId: … }`.
   */
  databaseId?: number | null | undefined;
  /**
   * Deprecated: the global `id` of the task.
   * @deprecated Use `task: { id: … }`.
   */
  id?: string | null | undefined;
  /** The task. Prefer this to `id` and `databaseId`, which are deprecated. */
  task?: TaskKeyInput | null | undefined;
};

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

/** Which keys to revoke. */
export type RevokeKeyInput = {
  /** The name of a service or of your own key, which revokes all keys of that name, or the prefix of one key. */
  key: string;
  /** Whether to revoke only keys of your own. */
  person?: boolean | null | undefined;
};

/** How much care an approval needs. */
export type Risk =
  /** The link in a notification is not enough: the viewer also needs the `approve` scope. */
  | 'HIGH'
  /** The link in a notification is enough to decide. */
  | 'LOW';

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

/** Filters runs. Of several values in one field, any may match; of several fields, all must match. */
export type RunFilter = {
  /** With a step that only workers with any of these labels take, e.g. `gpu`; at most 10. */
  label?: Array<string> | null | undefined;
  /** Of any of these plans, e.g. `nightly` in whatever project, or `acme/site:nightly`; at most 10. */
  plan?: Array<string> | null | undefined;
  /** Of any of these projects, e.g. `acme/site`; at most 10. */
  project?: Array<string> | null | undefined;
  /** Created at this time or later. */
  since?: string | null | undefined;
  /** Any of these statuses, as they are now. */
  status?: Array<RunStatus> | null | undefined;
  /** Created before this time. */
  until?: string | null | undefined;
};

/** What the tasks of a run amount to. `SUCCEEDED`, `FAILED` and `SKIPPED` mean that it has ended. */
export type RunStatus =
  /** Nothing is running, and a task needs approval. */
  | 'AWAITING_APPROVAL'
  /** It has ended, and a task failed. */
  | 'FAILED'
  /** Nothing of it has started yet. */
  | 'QUEUED'
  /** A task is running, or some have ended and others are queued. */
  | 'RUNNING'
  /** It has ended, and all tasks were skipped. */
  | 'SKIPPED'
  /** It has ended, a task succeeded and none failed. */
  | 'SUCCEEDED';

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

/** Which plan to start. Set exactly one field. */
export type StartFromInput =
  {   /** The content of the plan. */
  definition: PlanDefinitionInput; plan?: never; }
  |  { definition?: never;   /** The name of a registered plan, e.g. `nightly`, or `acme/site:nightly` if several projects have one. Its latest content is used. */
  plan: string; };

/** The run to start. */
export type StartRunInput = {
  /**
   * Deprecated: the content of the plan instead of its name.
   * @deprecated Use `from: { definition: { content: … } }`.
   */
  definition?: PlanInput | null | undefined;
  /** Whether only a worker that names this run may take its tasks. Default false. */
  exclusive?: boolean | null | undefined;
  /** The plan. Prefer this to `plan` and `definition`, which are deprecated. */
  from?: StartFromInput | null | undefined;
  /**
   * Deprecated, with a definition: The project of the plan and the path of its file. Default: the project that has a plan of this name, or none.
   * @deprecated Use `from: { definition: { content: …, home: … } }`.
   */
  home?: PlanHomeInput | null | undefined;
  /** Makes retries safe: repeating a request with the same key returns the same run. */
  idempotencyKey?: string | null | undefined;
  /** The inputs of the run. A JSON object of at most 64 KB. */
  inputs?: unknown;
  /**
   * Deprecated: the name of a registered plan, e.g. `nightly`, or `acme/site:nightly` if several projects have one. Its latest content is used.
   * @deprecated Use `from: { plan: … }`.
   */
  plan?: string | null | undefined;
  /** The id of the run; 1 to 64 characters. Repeating an id returns the same run. Default: the plan and the day in UTC, e.g. `nightly-2025-01-15`, with `-2` for the second run of the day. Projects other than the first have a prefix, e.g. `site-nightly-2025-01-15`. */
  runId?: string | null | undefined;
  /** The steps to run. Default: all. Steps that they need but that are not listed count as succeeded. */
  steps?: Array<string> | null | undefined;
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
  /** With this text in the name of the step or run, the reason, the approval note or the link; not in the log excerpt. 2 to 100 characters, taken literally, in small or capital letters alike. Searches what started within `since` and `until`: the last 30 days without `since`, and at most 366 days. A page looks at 20,000 tasks at most, so it may hold fewer than you asked for, or none, and still have a next page. `totalCount` looks at 200,000. */
  text?: string | null | undefined;
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

/** Which channel to send a test message to. */
export type TestChannelInput = {
  /** The channel. */
  channel: Channel;
  /** For mails: which of the configured addresses. */
  recipient?: string | null | undefined;
};

/** What others should know of the end of a freeze. */
export type ThawInput = {
  /** A note for the audit log; at most 4,000 characters. */
  note?: string | null | undefined;
};

/** How steps are sorted. */
export type TrendStepOrder =
  /** The lowest success rate first. */
  | 'FAILING'
  /** The flakiest first: by recoveries and turns. */
  | 'FLAKY'
  /** The longest p95 first. */
  | 'SLOWEST'
  /** The largest growth of the p50 first. */
  | 'SLOWING'
  /** The most tasks first. */
  | 'TASKS';

/** The acknowledgement to take back. */
export type UnacknowledgeTaskInput = {
  /** The task. */
  task: TaskKeyInput;
};

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

/** The state of a worker. */
export type WorkerState =
  /** It runs at least one task. */
  | 'BUSY'
  /** It takes no new tasks, and exits when its running ones have ended. */
  | 'DRAINING'
  /** It has not been heard of for four times a lease, 2 minutes by default. It is forgotten after a day. */
  | 'GONE'
  /** It waits for a task. */
  | 'IDLE';

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

type Refusal_ChannelTestRefusedError_Fragment = { message: string };

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
  | Refusal_ChannelTestRefusedError_Fragment
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


export type PlanListQuery = { plans: Array<{ plan: string, project: string | null, schedule: string | null, timezone: string | null, nextDueAt: Array<string>, startsWhenDue: boolean, registeredAt: string, state: { plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null } }>, scheduledRuns: Array<{ id: string, plan: string, project: string | null, dueAt: string, outcome: ScheduledRunOutcome, runId: string | null, reason: string | null }> };

export type OnePlanQueryVariables = Exact<{
  plan: string;
}>;


export type OnePlanQuery = { plans: Array<{ plan: string, project: string | null, schedule: string | null, timezone: string | null, nextDueAt: Array<string>, startsWhenDue: boolean, registeredAt: string, state: { plan: string, project: string | null, state: PlanStateName, reason: string | null, saidBy: string | null, saidAt: string | null } }>, scheduledRuns: Array<{ id: string, plan: string, project: string | null, dueAt: string, outcome: ScheduledRunOutcome, runId: string | null, reason: string | null }> };

export type PlanContentQueryVariables = Exact<{
  plan: string;
}>;


export type PlanContentQuery = { plans: Array<{ plan: string, project: string | null, origins: Array<string>, contents: { nodes: Array<{ hash: string, registeredAt: string, registeredBy: string | null, path: string | null, concurrency: number, unclaimedAfterMs: number, unclaimedFailsMs: number, stepCount: number, steps: Array<{ task: string, needs: Array<string>, labels: Array<string>, lock: string | null, runAs: string | null, retries: number, approval: ApprovalMode, policy: { approvers: Array<string>, required: number, denySelf: boolean, expiresAfterMs: number | null, onExpire: ExpiryAction, escalateTo: Array<string>, onApprove: string, risk: Risk }, gate: { approvers: Array<string>, required: number, denySelf: boolean, expiresAfterMs: number | null, onExpire: ExpiryAction, escalateTo: Array<string>, onApprove: string, risk: Risk } | null }> }> } }> };

export type StepPolicyFragment = { approvers: Array<string>, required: number, denySelf: boolean, expiresAfterMs: number | null, onExpire: ExpiryAction, escalateTo: Array<string>, onApprove: string, risk: Risk };

export type PlanHistoryQueryVariables = Exact<{
  plan: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PlanHistoryQuery = { plans: Array<{ plan: string, project: string | null, contents: { nodes: Array<{ hash: string, registeredAt: string, firstRegisteredAt: string, registeredBy: string | null, path: string | null, changeCount: number | null, changes: Array<{ step: string | null, text: string }> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }> };

export type HistoryRowFragment = { hash: string, registeredAt: string, firstRegisteredAt: string, registeredBy: string | null, path: string | null, changeCount: number | null, changes: Array<{ step: string | null, text: string }> | null };

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

export type RunRowFragment = { id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } };

export type RunPageQueryVariables = Exact<{
  filter?: RunFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RunPageQuery = { runs: { nodes: Array<{ id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RunNewsQueryVariables = Exact<{
  ids: Array<string> | string;
  filter?: RunFilter | null | undefined;
}>;


export type RunNewsQuery = { nodes: Array<
    | { id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } }
    | Record<PropertyKey, never>
   | null>, runs: { nodes: Array<{ id: string }> } };

export type RunTaskFragment = { id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, needs: Array<string>, acknowledgement: { by: string, at: string, note: string | null } | null, attempts: Array<{ number: number, startedAt: string, finishedAt: string | null, endedBy: AttemptEnding | null }> };

export type RunViewQueryVariables = Exact<{
  runId: string;
}>;


export type RunViewQuery = { run: { inputs: unknown, id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, needs: Array<string>, waitingFor: { kind: WaitKind, reason: string } | null, acknowledgement: { by: string, at: string, note: string | null } | null, attempts: Array<{ number: number, startedAt: string, finishedAt: string | null, endedBy: AttemptEnding | null }> }>, pageInfo: { hasNextPage: boolean } }, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } } | null };

export type CancelRunHereMutationVariables = Exact<{
  input: CancelRunInput;
}>;


export type CancelRunHereMutation = { cancelRun:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'Run', id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } }
   };

export type RetryRunHereMutationVariables = Exact<{
  input: RetryRunInput;
}>;


export type RetryRunHereMutation = { retryRun:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'NotRetryableError', message: string }
    | { __typename: 'Run', id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } }
   };

export type AcknowledgeHereMutationVariables = Exact<{
  input: AcknowledgeTaskInput;
}>;


export type AcknowledgeHereMutation = { acknowledgeTask:
    | { __typename: 'AlreadyAcknowledgedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotAFailureError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'Task', id: string, acknowledgement: { by: string, at: string, note: string | null } | null }
   };

export type UnacknowledgeHereMutationVariables = Exact<{
  input: UnacknowledgeTaskInput;
}>;


export type UnacknowledgeHereMutation = { unacknowledgeTask:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'Task', id: string }
   };

type RefusalFields_AlreadyAcknowledgedError_Fragment = { message: string };

type RefusalFields_AlreadyDecidedError_Fragment = { message: string };

type RefusalFields_AlreadyFrozenError_Fragment = { message: string };

type RefusalFields_ChannelTestRefusedError_Fragment = { message: string };

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
  | RefusalFields_ChannelTestRefusedError_Fragment
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

export type ChannelListQueryVariables = Exact<{ [key: string]: never; }>;


export type ChannelListQuery = { channels: Array<{ channel: Channel, recipient: string | null, target: string | null, hears: Array<DeliveryKind>, lastDelivery: { id: string, kind: DeliveryKind, state: DeliveryState, error: string | null, createdAt: string } | null }> };

export type SendChannelTestMutationVariables = Exact<{
  input: TestChannelInput;
}>;


export type SendChannelTestMutation = { testChannel:
    | { __typename: 'ChannelTestRefusedError', message: string }
    | { __typename: 'Delivery', id: string, state: DeliveryState, error: string | null, tries: Array<{ statusCode: number | null }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: Array<string>, message: string, type: string }> }
   };

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

export type ServerHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerHealthQuery = { server: { version: string, protocol: number, node: string, platform: string, startedAt: string, database: { kind: DatabaseKind, version: string, bytes: number, freeBytes: number | null, migrations: number, latestMigration: string | null, sweptAt: string | null }, queue: { due: number, dueSince: string | null, waiting: number, waitingSince: string | null } } };

export type WorkerRowFragment = { worker: string, state: WorkerState, lastSeenAt: string, startedAt: string, version: string | null, protocol: number | null, isOutdated: boolean | null, node: string | null, platform: string | null, concurrency: number | null, labels: Array<string>, running: number, plans: Array<{ project: string | null, plan: string, hash: string }>, attempts: Array<{ id: string, number: number, startedAt: string, task: { databaseId: number, task: string } }> };

export type SeenWorkersQueryVariables = Exact<{
  states?: Array<WorkerState> | WorkerState | null | undefined;
}>;


export type SeenWorkersQuery = { workers: { nodes: Array<{ worker: string, state: WorkerState, lastSeenAt: string, startedAt: string, version: string | null, protocol: number | null, isOutdated: boolean | null, node: string | null, platform: string | null, concurrency: number | null, labels: Array<string>, running: number, plans: Array<{ project: string | null, plan: string, hash: string }>, attempts: Array<{ id: string, number: number, startedAt: string, task: { databaseId: number, task: string } }> }>, pageInfo: { hasNextPage: boolean } } };

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


export type TaskViewQuery = { task: { approvalNote: string | null, inputs: unknown, outputs: unknown, remarks: Array<string>, logExcerpt: string | null, webhookNotifiedAt: string | null, webhookError: string | null, id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null, acknowledgement: { by: string, at: string, note: string | null } | null, run: { runId: string, plan: string | null, project: string | null, startedBy: string | null }, waitingFor: { kind: WaitKind, reason: string, needs: Array<string>, lock: string | null, labels: Array<string>, until: string | null, holder: { databaseId: number, task: string, runId: string } | null } | null, approval: { id: string, kind: ApprovalKind, state: ApprovalState, voters: Array<string>, requestedAt: string, expiresAt: string | null, endedAt: string | null, remark: string | null, problem: string | null, policy: { approvers: Array<string>, required: number, onApprove: string }, pullRequest: { host: string, owner: string, repo: string, number: number, headSha: string | null, state: string, author: string | null } | null } | null, attempts: Array<{ id: string, number: number, worker: string, startedAt: string, finishedAt: string | null, durationMs: number | null, endedBy: AttemptEnding | null, exitCode: number | null, signal: string | null, outputsUri: string | null, logExcerpt: string | null }>, decisions: Array<{ id: string, action: RecordedAction, outcome: DecisionOutcome, refusal: string | null, viewer: string, actingFor: string | null, via: DecisionVia, note: string | null, headSha: string | null, decidedAt: string }>, deliveries: Array<{ id: string, channel: Channel, kind: DeliveryKind, recipient: string | null, state: DeliveryState, createdAt: string, deliveredAt: string | null, error: string | null }> } | null };

export type EarlierTasksQueryVariables = Exact<{
  task: string;
  until?: string | null | undefined;
}>;


export type EarlierTasksQuery = { tasks: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, approver: string | null }> } };

export type RetryTaskHereMutationVariables = Exact<{
  input: RetryTaskInput;
}>;


export type RetryTaskHereMutation = { retryTask:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'NotRetryableError', message: string }
    | { __typename: 'Task', id: string }
   };

export type CancelTaskHereMutationVariables = Exact<{
  input: CancelTaskInput;
}>;


export type CancelTaskHereMutation = { cancelTask:
    | { __typename: 'AlreadyDecidedError', message: string }
    | { __typename: 'HeadMovedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'MayNotDecideError', message: string }
    | { __typename: 'NotAsShownError', message: string }
    | { __typename: 'NotAwaitingApprovalError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'Task', id: string }
   };

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

export type TonightQueryVariables = Exact<{
  since: string;
}>;


export type TonightQuery = { freeze: { since: string, by: string, why: string } | null, waiting: { totalCount: number, nodes: Array<{ id: string, expiresAt: string | null, task: { databaseId: number, task: string } }> }, failures: { nodes: Array<{ id: string, databaseId: number, task: string, runId: string, status: TaskStatus, reason: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, outputsUri: string | null, approvalState: ApprovalState | null, needs: Array<string>, acknowledgement: { by: string, at: string, note: string | null } | null, attempts: Array<{ number: number, startedAt: string, finishedAt: string | null, endedBy: AttemptEnding | null }> }> }, open: { totalCount: number }, taken: { totalCount: number }, runs: { nodes: Array<{ id: string, runId: string, plan: string | null, project: string | null, status: RunStatus, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, durationMs: number | null, counts: { queued: number, running: number, succeeded: number, failed: number, awaitingApproval: number, skipped: number, total: number } }> } };

export type StartChoiceQueryVariables = Exact<{ [key: string]: never; }>;


export type StartChoiceQuery = { plans: Array<{ plan: string, project: string | null, steps: Array<string>, state: { state: PlanStateName, reason: string | null, saidBy: string | null } }> };

export type StartRunHereMutationVariables = Exact<{
  input: StartRunInput;
}>;


export type StartRunHereMutation = { startRun:
    | { __typename: 'IdempotencyKeyReusedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'PlanElsewhereError', message: string }
    | { __typename: 'Run', id: string, runId: string }
    | { __typename: 'RunExistsError', message: string }
   };

export type FreezeHereMutationVariables = Exact<{
  input: FreezeInput;
}>;


export type FreezeHereMutation = { freeze:
    | { __typename: 'AlreadyFrozenError', message: string }
    | { __typename: 'Freeze', since: string, by: string, why: string }
    | { __typename: 'InvalidInputError', message: string }
   };

export type ThawHereMutationVariables = Exact<{
  input: ThawInput;
}>;


export type ThawHereMutation = { thaw:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'ThawedServer', freeze: { by: string } | null }
   };

export type TrendStepRowFragment = { project: string | null, plan: string | null, task: string, succeeded: number, failed: number, skipped: number, open: number, recovered: number, turns: number, successRate: number | null, p50Ms: number | null, p95Ms: number | null, p50BeforeMs: number | null, p50Growth: number | null, isSlowing: boolean, isFlaky: boolean };

export type TrendsViewQueryVariables = Exact<{
  since?: string | null | undefined;
  until?: string | null | undefined;
  timezone?: string | null | undefined;
  project?: string | null | undefined;
  plan?: string | null | undefined;
  first?: number | null | undefined;
  orderBy?: TrendStepOrder | null | undefined;
}>;


export type TrendsViewQuery = { trends: { since: string, until: string, timezone: string, completeSince: string | null, days: Array<{ since: string, until: string, succeeded: number, failed: number, awaitingApproval: number, skipped: number, open: number }>, steps: { totalCount: number, nodes: Array<{ project: string | null, plan: string | null, task: string, succeeded: number, failed: number, skipped: number, open: number, recovered: number, turns: number, successRate: number | null, p50Ms: number | null, p95Ms: number | null, p50BeforeMs: number | null, p50Growth: number | null, isSlowing: boolean, isFlaky: boolean }> }, slowing: { nodes: Array<{ project: string | null, plan: string | null, task: string, succeeded: number, failed: number, skipped: number, open: number, recovered: number, turns: number, successRate: number | null, p50Ms: number | null, p95Ms: number | null, p50BeforeMs: number | null, p50Growth: number | null, isSlowing: boolean, isFlaky: boolean }> }, flaky: { nodes: Array<{ project: string | null, plan: string | null, task: string, succeeded: number, failed: number, skipped: number, open: number, recovered: number, turns: number, successRate: number | null, p50Ms: number | null, p95Ms: number | null, p50BeforeMs: number | null, p50Growth: number | null, isSlowing: boolean, isFlaky: boolean }> }, decisions: { approved: number, rejected: number, expired: number, cancelled: number, acceptanceRate: number | null, p50Ms: number | null, p95Ms: number | null } } };

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
export const StepPolicyFragmentDoc = new TypedDocumentString(`
    fragment StepPolicy on ApprovalPolicy {
  approvers
  required
  denySelf
  expiresAfterMs
  onExpire
  escalateTo
  onApprove
  risk
}
    `, {"fragmentName":"StepPolicy"}) as unknown as TypedDocumentString<StepPolicyFragment, unknown>;
export const HistoryRowFragmentDoc = new TypedDocumentString(`
    fragment HistoryRow on PlanContent {
  hash
  registeredAt
  firstRegisteredAt
  registeredBy
  path
  changeCount
  changes(first: 20) {
    step
    text
  }
}
    `, {"fragmentName":"HistoryRow"}) as unknown as TypedDocumentString<HistoryRowFragment, unknown>;
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
export const RunRowFragmentDoc = new TypedDocumentString(`
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
    fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`, {"fragmentName":"RunRow"}) as unknown as TypedDocumentString<RunRowFragment, unknown>;
export const RunTaskFragmentDoc = new TypedDocumentString(`
    fragment RunTask on Task {
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
  needs
  acknowledgement {
    by
    at
    note
  }
  attempts {
    number
    startedAt
    finishedAt
    endedBy
  }
}
    `, {"fragmentName":"RunTask"}) as unknown as TypedDocumentString<RunTaskFragment, unknown>;
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
export const WorkerRowFragmentDoc = new TypedDocumentString(`
    fragment WorkerRow on Worker {
  worker
  state
  lastSeenAt
  startedAt
  version
  protocol
  isOutdated
  node
  platform
  concurrency
  labels
  plans {
    project
    plan
    hash
  }
  running
  attempts {
    id
    number
    startedAt
    task {
      databaseId
      task
    }
  }
}
    `, {"fragmentName":"WorkerRow"}) as unknown as TypedDocumentString<WorkerRowFragment, unknown>;
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
export const TrendStepRowFragmentDoc = new TypedDocumentString(`
    fragment TrendStepRow on TrendStep {
  project
  plan
  task
  succeeded
  failed
  skipped
  open
  recovered
  turns
  successRate
  p50Ms
  p95Ms
  p50BeforeMs
  p50Growth
  isSlowing
  isFlaky
}
    `, {"fragmentName":"TrendStepRow"}) as unknown as TypedDocumentString<TrendStepRowFragment, unknown>;
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
    nextDueAt(first: 1)
    startsWhenDue
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
    nextDueAt(first: 5)
    startsWhenDue
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
export const PlanContentDocument = new TypedDocumentString(`
    query PlanContent($plan: String!) {
  plans(plan: $plan, retired: true, first: 1) {
    plan
    project
    origins
    contents(first: 1) {
      nodes {
        hash
        registeredAt
        registeredBy
        path
        concurrency
        unclaimedAfterMs
        unclaimedFailsMs
        stepCount
        steps(first: 100) {
          task
          needs
          labels
          lock
          runAs
          retries
          approval
          policy {
            ...StepPolicy
          }
          gate {
            ...StepPolicy
          }
        }
      }
    }
  }
}
    fragment StepPolicy on ApprovalPolicy {
  approvers
  required
  denySelf
  expiresAfterMs
  onExpire
  escalateTo
  onApprove
  risk
}`) as unknown as TypedDocumentString<PlanContentQuery, PlanContentQueryVariables>;
export const PlanHistoryDocument = new TypedDocumentString(`
    query PlanHistory($plan: String!, $first: Int, $after: String) {
  plans(plan: $plan, retired: true, first: 1) {
    plan
    project
    contents(first: $first, after: $after) {
      nodes {
        ...HistoryRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment HistoryRow on PlanContent {
  hash
  registeredAt
  firstRegisteredAt
  registeredBy
  path
  changeCount
  changes(first: 20) {
    step
    text
  }
}`) as unknown as TypedDocumentString<PlanHistoryQuery, PlanHistoryQueryVariables>;
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
export const RunPageDocument = new TypedDocumentString(`
    query RunPage($filter: RunFilter, $first: Int, $after: String) {
  runs(filter: $filter, first: $first, after: $after) {
    nodes {
      ...RunRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<RunPageQuery, RunPageQueryVariables>;
export const RunNewsDocument = new TypedDocumentString(`
    query RunNews($ids: [ID!]!, $filter: RunFilter) {
  nodes(ids: $ids) {
    ...RunRow
  }
  runs(filter: $filter, first: 50) {
    nodes {
      id
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<RunNewsQuery, RunNewsQueryVariables>;
export const RunViewDocument = new TypedDocumentString(`
    query RunView($runId: String!) {
  run(runId: $runId) {
    ...RunRow
    inputs
    tasks(first: 200) {
      nodes {
        ...RunTask
        waitingFor {
          kind
          reason
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment RunTask on Task {
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
  needs
  acknowledgement {
    by
    at
    note
  }
  attempts {
    number
    startedAt
    finishedAt
    endedBy
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<RunViewQuery, RunViewQueryVariables>;
export const CancelRunHereDocument = new TypedDocumentString(`
    mutation CancelRunHere($input: CancelRunInput!) {
  cancelRun(input: $input) {
    __typename
    ...RunRow
    ... on Error {
      message
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<CancelRunHereMutation, CancelRunHereMutationVariables>;
export const RetryRunHereDocument = new TypedDocumentString(`
    mutation RetryRunHere($input: RetryRunInput!) {
  retryRun(input: $input) {
    __typename
    ...RunRow
    ... on Error {
      message
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<RetryRunHereMutation, RetryRunHereMutationVariables>;
export const AcknowledgeHereDocument = new TypedDocumentString(`
    mutation AcknowledgeHere($input: AcknowledgeTaskInput!) {
  acknowledgeTask(input: $input) {
    __typename
    ... on Task {
      id
      acknowledgement {
        by
        at
        note
      }
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AcknowledgeHereMutation, AcknowledgeHereMutationVariables>;
export const UnacknowledgeHereDocument = new TypedDocumentString(`
    mutation UnacknowledgeHere($input: UnacknowledgeTaskInput!) {
  unacknowledgeTask(input: $input) {
    __typename
    ... on Task {
      id
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UnacknowledgeHereMutation, UnacknowledgeHereMutationVariables>;
export const ChannelListDocument = new TypedDocumentString(`
    query ChannelList {
  channels {
    channel
    recipient
    target
    hears
    lastDelivery {
      id
      kind
      state
      error
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<ChannelListQuery, ChannelListQueryVariables>;
export const SendChannelTestDocument = new TypedDocumentString(`
    mutation SendChannelTest($input: TestChannelInput!) {
  testChannel(input: $input) {
    __typename
    ... on Delivery {
      id
      state
      error
      tries {
        statusCode
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
}`) as unknown as TypedDocumentString<SendChannelTestMutation, SendChannelTestMutationVariables>;
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
export const ServerHealthDocument = new TypedDocumentString(`
    query ServerHealth {
  server {
    version
    protocol
    node
    platform
    startedAt
    database {
      kind
      version
      bytes
      freeBytes
      migrations
      latestMigration
      sweptAt
    }
    queue {
      due
      dueSince
      waiting
      waitingSince
    }
  }
}
    `) as unknown as TypedDocumentString<ServerHealthQuery, ServerHealthQueryVariables>;
export const SeenWorkersDocument = new TypedDocumentString(`
    query SeenWorkers($states: [WorkerState!]) {
  workers(states: $states, first: 200) {
    nodes {
      ...WorkerRow
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment WorkerRow on Worker {
  worker
  state
  lastSeenAt
  startedAt
  version
  protocol
  isOutdated
  node
  platform
  concurrency
  labels
  plans {
    project
    plan
    hash
  }
  running
  attempts {
    id
    number
    startedAt
    task {
      databaseId
      task
    }
  }
}`) as unknown as TypedDocumentString<SeenWorkersQuery, SeenWorkersQueryVariables>;
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
    acknowledgement {
      by
      at
      note
    }
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
export const RetryTaskHereDocument = new TypedDocumentString(`
    mutation RetryTaskHere($input: RetryTaskInput!) {
  retryTask(input: $input) {
    __typename
    ... on Task {
      id
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RetryTaskHereMutation, RetryTaskHereMutationVariables>;
export const CancelTaskHereDocument = new TypedDocumentString(`
    mutation CancelTaskHere($input: CancelTaskInput!) {
  cancelTask(input: $input) {
    __typename
    ... on Task {
      id
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CancelTaskHereMutation, CancelTaskHereMutationVariables>;
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
export const TonightDocument = new TypedDocumentString(`
    query Tonight($since: DateTime!) {
  freeze {
    since
    by
    why
  }
  waiting: approvals(first: 1) {
    totalCount
    nodes {
      id
      expiresAt
      task {
        databaseId
        task
      }
    }
  }
  failures: tasks(filter: {status: [FAILED], since: $since}, first: 50) {
    nodes {
      ...RunTask
    }
  }
  open: tasks(filter: {acknowledged: false, since: $since}, first: 0) {
    totalCount
  }
  taken: tasks(filter: {acknowledged: true, since: $since}, first: 0) {
    totalCount
  }
  runs(first: 12) {
    nodes {
      ...RunRow
    }
  }
}
    fragment RunRow on Run {
  id
  runId
  plan
  project
  status
  startedBy
  createdAt
  startedAt
  finishedAt
  durationMs
  counts {
    ...CountFields
  }
}
fragment RunTask on Task {
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
  needs
  acknowledgement {
    by
    at
    note
  }
  attempts {
    number
    startedAt
    finishedAt
    endedBy
  }
}
fragment CountFields on TaskCounts {
  queued
  running
  succeeded
  failed
  awaitingApproval
  skipped
  total
}`) as unknown as TypedDocumentString<TonightQuery, TonightQueryVariables>;
export const StartChoiceDocument = new TypedDocumentString(`
    query StartChoice {
  plans(first: 200) {
    plan
    project
    steps
    state {
      state
      reason
      saidBy
    }
  }
}
    `) as unknown as TypedDocumentString<StartChoiceQuery, StartChoiceQueryVariables>;
export const StartRunHereDocument = new TypedDocumentString(`
    mutation StartRunHere($input: StartRunInput!) {
  startRun(input: $input) {
    __typename
    ... on Run {
      id
      runId
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<StartRunHereMutation, StartRunHereMutationVariables>;
export const FreezeHereDocument = new TypedDocumentString(`
    mutation FreezeHere($input: FreezeInput!) {
  freeze(input: $input) {
    __typename
    ... on Freeze {
      since
      by
      why
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<FreezeHereMutation, FreezeHereMutationVariables>;
export const ThawHereDocument = new TypedDocumentString(`
    mutation ThawHere($input: ThawInput!) {
  thaw(input: $input) {
    __typename
    ... on ThawedServer {
      freeze {
        by
      }
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ThawHereMutation, ThawHereMutationVariables>;
export const TrendsViewDocument = new TypedDocumentString(`
    query TrendsView($since: DateTime, $until: DateTime, $timezone: String, $project: String, $plan: String, $first: Int, $orderBy: TrendStepOrder) {
  trends(
    since: $since
    until: $until
    timezone: $timezone
    project: $project
    plan: $plan
  ) {
    since
    until
    timezone
    completeSince
    days {
      since
      until
      succeeded
      failed
      awaitingApproval
      skipped
      open
    }
    steps(first: $first, orderBy: $orderBy) {
      nodes {
        ...TrendStepRow
      }
      totalCount
    }
    slowing: steps(first: 10, orderBy: SLOWING) {
      nodes {
        ...TrendStepRow
      }
    }
    flaky: steps(first: 10, orderBy: FLAKY) {
      nodes {
        ...TrendStepRow
      }
    }
    decisions {
      approved
      rejected
      expired
      cancelled
      acceptanceRate
      p50Ms
      p95Ms
    }
  }
}
    fragment TrendStepRow on TrendStep {
  project
  plan
  task
  succeeded
  failed
  skipped
  open
  recovered
  turns
  successRate
  p50Ms
  p95Ms
  p50BeforeMs
  p50Growth
  isSlowing
  isFlaky
}`) as unknown as TypedDocumentString<TrendsViewQuery, TrendsViewQueryVariables>;