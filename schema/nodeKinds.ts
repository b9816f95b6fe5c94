import { readTime } from '../contract/input/time.ts';
import type { Database } from '../database/database.ts';
import type { Approval } from '../domain/approvals/approval.ts';
import { findApprovals } from '../domain/approvals/read.ts';
import { type Decision, findDecisions } from '../domain/approvals/record.ts';
import { type Attempt, findAttempts } from '../domain/engine/attempts.ts';
import { type Delivery, findDeliveries } from '../domain/notifications/delivery.ts';
import { findContents, type PlanContent } from '../domain/plans/contents.ts';
import { findRuns } from '../domain/runs/read.ts';
import type { Run } from '../domain/runs/run.ts';
import { findScheduledRuns, type ScheduledRun } from '../domain/schedule/scheduledRuns.ts';
import { maxInteger } from '../domain/tasks/input.ts';
import { findListed } from '../domain/tasks/read.ts';
import type { ListedTask } from '../domain/tasks/task.ts';

/** One type with global ids: what its keys look like, and how its rows are found by them. */
export interface NodeKind<R extends object> {
  /** Writes the key of a row. */
  keyOf(row: R): string | number;
  /** Whether a key could be one of this type. */
  isKey(key: string): boolean;
  /** Reads rows with one statement, in the order of the keys; null where there is none. */
  find(db: Database, keys: readonly string[]): Promise<(R | null)[]>;
}

const taskKind: NodeKind<ListedTask> = {
  keyOf: ({ id }) => id,
  isKey: isInteger,
  find: (db, keys) => findListed(db, keys.map(Number)),
};

const runKind: NodeKind<Run> = {
  keyOf: ({ runId }) => runId,
  isKey: (key) => /^[^\0]{1,64}$/su.test(key),
  find: findRuns,
};

const approvalKind: NodeKind<Approval> = {
  keyOf: ({ id }) => id,
  isKey: isInteger,
  find: (db, keys) => findApprovals(db, keys.map(Number)),
};

const decisionKind: NodeKind<Decision> = {
  keyOf: ({ id }) => id,
  isKey: (key) => /^[1-9]\d{0,14}$/.test(key),
  find: (db, keys) => findDecisions(db, keys.map(Number)),
};

/** Known by its task and number: its lease is what its worker alone should know. */
const attemptKind: NodeKind<Attempt> = {
  keyOf: ({ taskId, number }) => `${taskId}.${number}`,
  isKey(key) {
    const [taskId = '', number = '', ...more] = key.split('.');
    return isInteger(taskId) && isInteger(number) && more.length === 0;
  },
  find: (db, keys) =>
    findAttempts(
      db,
      keys.map((key) => readAttemptKey(key)),
    ),
};

const deliveryKind: NodeKind<Delivery> = {
  keyOf: ({ id }) => id,
  isKey: (key) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key),
  find: findDeliveries,
};

const scheduledRunKind: NodeKind<ScheduledRun> = {
  keyOf: ({ dueAt, project, plan }) => JSON.stringify([dueAt, project ?? '', plan]),
  isKey: (key) => readScheduledRunKey(key) !== undefined,
  find: (db, keys) =>
    findScheduledRuns(
      db,
      keys.map(readScheduledRunKey).filter((key) => key !== undefined),
    ),
};

const contentKind: NodeKind<PlanContent> = {
  keyOf: ({ hash }) => hash,
  isKey: (key) => /^[0-9a-f]{64}$/.test(key),
  find: findContents,
};

/** Every type with global ids, by its name. */
export const nodeKinds = {
  Task: taskKind,
  Run: runKind,
  Attempt: attemptKind,
  Approval: approvalKind,
  Decision: decisionKind,
  Delivery: deliveryKind,
  ScheduledRun: scheduledRunKind,
  PlanContent: contentKind,
} as const;

/** Reads what the key of an attempt names. */
export function readAttemptKey(key: string): Pick<Attempt, 'taskId' | 'number'> {
  const [taskId = 0, number = 0] = key.split('.').map(Number);
  return { taskId, number };
}

function isInteger(key: string): boolean {
  return /^[1-9]\d{0,9}$/.test(key) && Number(key) <= maxInteger;
}

function readScheduledRunKey(key: string): Pick<ScheduledRun, 'dueAt' | 'project' | 'plan'> | undefined {
  if (key.includes('\0')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(key);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [dueAt, project, plan] = value as unknown[];
  if (typeof dueAt !== 'string' || typeof project !== 'string' || typeof plan !== 'string') return undefined;
  const isStorable = !/\\u0000/.test(key) && key.isWellFormed() && (project + plan).isWellFormed();
  if (!isStorable || readTime(dueAt) !== dueAt) return undefined;
  return { dueAt, project: project || null, plan };
}
