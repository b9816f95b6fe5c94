import * as z from 'zod';
import type { Queryable } from '../../prisma/database/database.ts';
import { name } from '../input/text.ts';
import type { Store } from '../store.ts';
import { findTask } from '../tasks/read.ts';
import { seeRuns } from './abandoned.ts';
import { LostLeaseError } from './errors.ts';
import { holdsAgain } from './noteLook.ts';
import type { TaskQueue } from './queue.ts';
import { scopeOf } from './queueName.ts';

/** What a worker asks for. */
export const leaseTaskInput = z
  .object({
    /** The worker's name, for the record. */
    worker: name(128),
    /** Made by the worker for each request, so that one whose answer was lost gets the same lease again. */
    requestId: z.uuid(),
    /** The contents of the plans whose steps the worker can run. */
    planHashes: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal'))
      .max(100)
      .default([]),
    /** The runs that this worker alone runs. */
    runIds: z.array(name(64)).max(100).default([]),
    labels: z.array(name(32)).max(50).default([]),
  })
  .refine(({ planHashes, runIds }) => planHashes.length + runIds.length > 0, {
    error: 'expected at least one of planHashes and runIds, got none',
  });
export type LeaseTaskInput = z.output<typeof leaseTaskInput>;

/** A worker's timed right to one attempt, and what it needs to make it. */
export interface Lease {
  leaseId: string;
  taskId: number;
  task: string;
  runId: string;
  planHash: string;
  /** The number of the attempt, from 1. */
  number: number;
  /** When the lease lapses, by the database's clock. */
  expiresAt: string;
  /** Milliseconds that the lease still holds, for workers whose clock differs. */
  holdsForMs: number;
  /** What the run was given. */
  inputs: Record<string, unknown> | null;
  /** The outputs of each needed task, by its name. */
  needs: Record<string, Record<string, string>>;
}

/**
 * Leases a task as `leaseTask` does, and waits for one at most for some time when none is due. A caller who has gone,
 * as the signal says, gets none.
 */
export async function awaitLease(
  store: Store,
  input: LeaseTaskInput,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Lease | null> {
  const end = performance.now() + Math.min(waitMs, maxWaitMs);
  while (!signal?.aborted) {
    const woken = store.work.next(Math.min(lookAgainMs, end - performance.now()), signal);
    const lease = await take(store, input);
    if (lease === 'spent') return null;
    if (lease !== null || performance.now() >= end || store.work.over) return lease;
    await woken;
  }
  return null;
}

/** The longest that one request may wait, in milliseconds: less than proxies commonly allow. */
export const maxWaitMs = 25_000;

// A job that becomes due by its time alone wakes nobody.
const lookAgainMs = 1000;

/**
 * Leases the task that has waited longest among those a worker can run, or gives null when none is due. The same
 * request again gives the same lease while it holds, and no other one.
 */
export async function leaseTask(store: Store, input: LeaseTaskInput): Promise<Lease | null> {
  const lease = await take(store, input);
  return lease === 'spent' ? null : lease;
}

/** Says of a request whose lease holds no more that it is spent. */
async function take(store: Store, input: LeaseTaskInput): Promise<Lease | 'spent' | null> {
  const queue = await store.queue();
  const earlier = await leaseOf(store.db, input);
  if (earlier) return earlier;
  await seeRuns(store, input.runIds);
  const scopes = [
    ...input.planHashes.map((planHash) => scopeOf({ planHash })),
    ...input.runIds.map((runId) => scopeOf({ runId })),
  ];
  const queues = await store.db.query<{ name: string }>({
    name: 'queues_for_worker',
    text: 'SELECT name FROM task_queues WHERE scope = ANY($1::text[]) AND labels <@ $2::text[] ORDER BY random()',
    values: [scopes, input.labels],
  });
  for (const { name: queueName } of queues) {
    const leaseId = await store.db
      .transaction((tx) => takeFrom(tx, queue, queueName, input, store.leaseMs))
      .catch(unlessRepeated);
    if (leaseId === 'repeated') return leaseOf(store.db, input);
    if (leaseId === undefined) continue;
    const lease = await findLease(store.db, 'lease_id', leaseId);
    if (lease) {
      const task = await findTask(store.db, lease.taskId);
      if (task) store.changes.publish(task);
    }
    return lease;
  }
  return null;
}

/** The same request, sent again while the first is on its way, comes to the lease that the first one gets. */
function unlessRepeated(error: unknown): 'repeated' {
  if (error instanceof Error && 'constraint' in error && error.constraint === 'idx_task_attempts_request')
    return 'repeated';
  throw error;
}

/** A lease that holds for its whole time again, and whether its task was cancelled. */
export interface ExtendedLease {
  expiresAt: string;
  holdsForMs: number;
  cancelled: boolean;
}

/**
 * Says that the holder of a lease is still at work: the lease holds for its whole time again from now on. Waits at
 * most for some time to tell of a cancellation as soon as it comes.
 * @throws LostLeaseError
 */
export async function extendLease(
  store: Store,
  leaseId: string,
  waitMs = 0,
  signal?: AbortSignal,
): Promise<ExtendedLease> {
  const end = performance.now() + Math.min(waitMs, store.leaseMs / 2, maxWaitMs);
  const first = await extendNow(store, leaseId);
  const { taskId, ...lease } = first;
  while (!lease.cancelled && !store.work.over && !signal?.aborted && performance.now() < end) {
    const changed = store.changes.next(taskId, end - performance.now(), signal);
    const cancelled = (await findTask(store.db, taskId))?.status !== 'running';
    if (cancelled) return { ...lease, cancelled };
    await changed;
  }
  return lease;
}

async function extendNow(store: Store, leaseId: string): Promise<ExtendedLease & { taskId: number }> {
  const { leaseMs } = store;
  const [extended] = await store.db.query<{ expiresAt: string; status: string; taskId: number }>({
    name: 'extend_lease',
    text: `UPDATE task_attempts SET lease_expires_at = now() + $2 * interval '1 ms' FROM agents_tasks
      WHERE lease_id = $1 AND task_attempts.finished_at IS NULL AND lease_expires_at > now() AND agents_tasks.id = task_id
      RETURNING lease_expires_at AS "expiresAt", agents_tasks.status, agents_tasks.id AS "taskId"`,
    values: [leaseId, leaseMs],
  });
  if (extended === undefined) {
    if (await holdsAgain(store, leaseId)) return extendNow(store, leaseId);
    throw new LostLeaseError(leaseId);
  }
  const { status, ...lease } = extended;
  return { ...lease, holdsForMs: leaseMs, cancelled: status !== 'running' };
}

async function leaseOf(db: Queryable, { requestId }: LeaseTaskInput): Promise<Lease | 'spent' | null> {
  const lease = await findLease(db, 'request_id', requestId);
  return lease && lease.holdsForMs <= 0 ? 'spent' : lease;
}

/** Takes jobs until one stands for a task that still waits; jobs of tasks that were cancelled meanwhile are done with. */
async function takeFrom(
  tx: Queryable,
  queue: TaskQueue,
  queueName: string,
  { worker, requestId }: LeaseTaskInput,
  leaseMs: number,
): Promise<string | undefined> {
  for (;;) {
    const jobId = await queue.take(tx, queueName);
    if (jobId === undefined) return undefined;
    const begun = await tx.query({
      name: 'begin_attempt',
      text: `WITH begun AS (
          UPDATE agents_tasks SET status = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1
          WHERE job_id = $1 AND status = 'queued' RETURNING id, attempts)
        INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at)
        SELECT $1, id, attempts, $2, $3, now() + $4 * interval '1 ms' FROM begun RETURNING 1`,
      values: [jobId, worker, requestId, leaseMs],
    });
    if (begun.length > 0) return jobId;
    await queue.settle(tx, queueName, jobId, true);
  }
}

async function findLease(db: Queryable, by: 'lease_id' | 'request_id', id: string): Promise<Lease | null> {
  const [lease] = await db.query<Lease>({
    name: `lease_by_${by}`,
    text: `SELECT attempt.lease_id AS "leaseId", tasks.id AS "taskId", tasks.task, tasks.run_id AS "runId",
        runs.plan_hash AS "planHash", attempt.number, attempt.lease_expires_at AS "expiresAt",
        CASE WHEN attempt.finished_at IS NOT NULL THEN 0
          ELSE greatest(0, round(extract(epoch FROM attempt.lease_expires_at - now()) * 1000))::int END AS "holdsForMs",
        runs.inputs, coalesce((SELECT jsonb_object_agg(needed.task, coalesce(needed.outputs, '{}'))
          FROM agents_tasks needed WHERE needed.run_id = tasks.run_id AND needed.step IS NOT NULL
            AND plans.definition #> ARRAY['steps', tasks.step::text, 'needs'] ? needed.task), '{}') AS needs
      FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = attempt.task_id
        JOIN runs ON runs.run_id = tasks.run_id JOIN plans ON plans.hash = runs.plan_hash
      WHERE attempt.${by} = $1`,
    values: [id],
  });
  return lease ?? null;
}
