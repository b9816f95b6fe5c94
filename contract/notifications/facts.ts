import type { Freeze } from '../freeze.ts';
import type { DeliveryKind } from '../words/notifications.ts';
import type { TaskStatus } from '../words/taskStatus.ts';

/** What is known of an approval when it is told of. Times are ISO 8601 in UTC. */
export interface ApprovalFacts {
  taskId: number;
  approvalId: number;
  /** Whether it is approved before it runs (`gate`), or what it made. Left out in messages from before there were gates. */
  approvalKind?: 'gate' | 'output';
  task: string;
  runId: string;
  plan: string | null;
  /** The project of the plan; null for none, left out in messages from before there were projects. */
  project?: string | null;
  requestedAt: string;
  expiresAt: string | null;
  required: number;
  approvers: string[];
  escalateTo: string[];
  pullRequest: { owner: string; repo: string; number: number; headSha: string | null } | null;
}

/** What is known of the end of a step when it is told. */
export interface StepFacts {
  taskId: number;
  task: string;
  runId: string;
  plan: string;
  /** The project of the plan; empty for none, left out in messages from before there were projects. */
  project?: string;
  status: TaskStatus;
  reason: string | null;
}

/** What is known of a run of which nothing is left to do until a human decides; of each list the first 20. */
export interface RunFacts {
  runId: string;
  plan: string;
  /** As of a step. */
  project?: string;
  counts: Partial<Record<TaskStatus, number>>;
  failed: { taskId: number; task: string; reason: string | null }[];
  awaiting: { taskId: number; task: string; outputsUri: string | null }[];
}

/** What is known of a task when it is told what the engine has decided about it or given up. */
export interface OutcomeFacts {
  taskId: number;
  task: string;
  runId: string;
  /** Null for a task that was reported from outside. */
  plan: string | null;
  project: string | null;
  status: TaskStatus;
  /** What happened, as a sentence. */
  what: string;
}

/** What is known of tasks that no worker asks for when it is told; of the tasks the first 20. Times are ISO 8601 in UTC. */
export interface UnclaimedFacts {
  runId: string;
  plan: string;
  /** Of its plan; empty for none. */
  project: string;
  tasks: { taskId: number; task: string; reason: string }[];
  total: number;
  /** When the first of them fails, unless a worker asks for it. */
  failsAt: string;
}

/** What is known of due times of a plan that came to nothing; the latest first, at most 20 of them. */
export interface DueFacts {
  plan: string;
  /** Empty for none. */
  project: string;
  dueTimes: { dueAt: string; outcome: 'skipped' | 'missed' | 'failed'; reason: string | null }[];
  total: number;
}

/** What a digest tells; of the entries the first 100, those of one project together. */
export interface DigestFacts {
  /** `YYYY-MM-DD`, in the zone of the digest. */
  day: string;
  /** What each kind knows: `StepFacts`, `RunFacts`, `UnclaimedFacts` or `DueFacts`. */
  entries: { kind: DeliveryKind; facts: object }[];
  total: number;
  /** How much was kept of each kind: due times and tasks without a worker by their number. Left out in older messages. */
  counts?: Partial<Record<DeliveryKind, number>>;
  /** How many approvals are open. */
  awaiting: number;
  /** Those that are open for the longest, at most 20. Left out in older messages. */
  waiting?: WaitingFacts[];
  /** What ended since the digest before. Left out in older messages. */
  night?: NightFacts;
  /** That the server is frozen, so that nothing starts; left out where it is not. */
  freeze?: Freeze;
}

/** What a digest knows of an open approval. */
export interface WaitingFacts {
  approvalId: number;
  taskId: number;
  task: string;
  runId: string;
  /** Empty for none. */
  project: string;
  requestedAt: string;
}

/** What ended since the digest before, at most in the last seven days. Times are ISO 8601 in UTC. */
export interface NightFacts {
  since: string;
  /** How many runs those tasks are of. */
  runs: number;
  /** Of what failed, only what nobody was to decide about. */
  tasks: Partial<Record<TaskStatus, number>>;
  /** How many tasks somebody has rejected, whenever their commands ended. Left out in older messages. */
  rejected?: number;
  /** How many tasks failed since nobody decided in time, whenever their commands ended. Left out in older messages. */
  expired?: number;
  /** How many failures somebody has acknowledged; the other numbers leave them out. Left out in older messages. */
  acknowledged?: number;
}
