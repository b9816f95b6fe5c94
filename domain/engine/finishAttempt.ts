import { createHash } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import { DatabaseUnavailableError } from '../../prisma/database/errors.ts';
import { canonicalJson } from '../input/json.ts';
import type { Store } from '../store.ts';
import { findTasks, readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import type { TaskStatus } from '../vocabulary.ts';
import { LostLeaseError } from './errors.ts';
import { holdsAgain, lastLook } from './noteLook.ts';
import { type AttemptReport, judgeAttempt, type Verdict } from './outcome.ts';
import type { StepDefinition } from './planDefinition.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';
import { afterTaskEnded, enqueueTask } from './release.ts';

/**
 * Takes the report of an attempt: in one transaction the attempt ends, its task moves, and what waited for it is
 * released. The same report again is a success that changes nothing. Gives the task as it is then.
 * @throws LostLeaseError when the lease has lapsed or was never given
 */
export async function finishAttempt(store: Store, leaseId: string, report: AttemptReport): Promise<Task> {
  const queue = await store.queue();
  try {
    const { taskId, changed } = await store.db.transaction((tx) => endAttempt(tx, queue, leaseId, report));
    await publish(store, changed);
    return await readTask(store.db, taskId);
  } catch (error) {
    if (!(error instanceof LostLeaseError) || !(await holdsAgain(store, leaseId))) throw error;
    return finishAttempt(store, leaseId, report);
  }
}

/** So many lapsed leases are ended with one call. */
export const maxEndedTogether = 100;

/**
 * Ends the attempts whose leases had lapsed at the last look, oldest first, at most 100; says how many there were.
 * One that cannot be ended keeps none of the others: its error is thrown after them.
 */
export async function sweepLeases(store: Store): Promise<number> {
  const lapsed = await store.db.query<{ leaseId: string }>({
    name: 'lapsed_leases',
    text: `SELECT lease_id AS "leaseId" FROM task_attempts WHERE finished_at IS NULL AND lease_expires_at <= ${lastLook}
      ORDER BY lease_expires_at LIMIT ${maxEndedTogether}`,
  });
  if (lapsed.length === 0) return 0;
  const queue = await store.queue();
  const failures: unknown[] = [];
  for (const { leaseId } of lapsed) {
    try {
      const { changed } = await store.db.transaction((tx) => endAttempt(tx, queue, leaseId, 'lost'));
      await publish(store, changed);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return lapsed.length;
}

/** Tells listeners of tasks by their ids, and those who wait for work, after the transaction that changed them. */
export async function publish({ db, changes, work }: Store, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  work.wake();
  for (const task of await findTasks(db, [...new Set(ids)])) if (task) changes.publish(task);
}

interface OpenAttempt {
  taskId: number;
  /** Which try it is since the task was last retried by hand, from 1. */
  tries: number;
  over: boolean;
  lapsed: boolean;
  /** Whether it had lapsed at the last look, so that its worker really could be heard and was not. */
  lost: boolean;
  reportHash: string | null;
  status: TaskStatus;
  runId: string;
  scope: string;
  step: StepDefinition;
}

async function endAttempt(tx: Queryable, queue: TaskQueue, leaseId: string, report: AttemptReport | 'lost') {
  const attempt = await lockAttempt(tx, leaseId);
  const hash = report === 'lost' ? null : createHash('sha256').update(canonicalJson(report)).digest('hex');
  if (attempt === undefined) throw new LostLeaseError(leaseId);
  const { taskId, runId, step } = attempt;
  const settled = { taskId, changed: [] as number[] };
  if (report === 'lost' ? attempt.over || !attempt.lost : attempt.over && attempt.reportHash === hash)
    return settled;
  if (report !== 'lost' && (attempt.over || attempt.lapsed)) throw new LostLeaseError(leaseId);

  await recordEnd(tx, leaseId, report, hash);
  const verdict = judgeAttempt(report === 'lost' ? { ending: 'lost' } : report, step, attempt.tries);
  const queueName = queueOf(attempt.scope, step.labels);
  await queue.settle(tx, queueName, leaseId, verdict.status !== 'failed' && verdict.status !== 'queued');
  // Cancelled while it ran: the attempt is on record, the decision stands, and its lock is free only now.
  if (attempt.status !== 'running')
    return { taskId, changed: await afterTaskEnded(tx, queue, taskId, runId) };
  await moveTask(tx, taskId, verdict, report);
  if (verdict.status === 'queued') {
    await enqueueTask(tx, queue, { taskId, queueName, afterSeconds: verdict.afterSeconds });
    return { taskId, changed: [taskId] };
  }
  return { taskId, changed: [taskId, ...(await afterTaskEnded(tx, queue, taskId, runId))] };
}

/** The run's row comes first, as everywhere, so that two attempts of one run that end at once do not block each other for good. */
async function lockAttempt(tx: Queryable, leaseId: string): Promise<OpenAttempt | undefined> {
  await tx.query({
    name: 'lock_run_of_lease',
    text: `SELECT 1 FROM runs WHERE run_id = (SELECT run_id FROM agents_tasks
      WHERE id = (SELECT task_id FROM task_attempts WHERE lease_id = $1)) FOR UPDATE`,
    values: [leaseId],
  });
  const [attempt] = await tx.query<OpenAttempt>({
    name: 'lock_attempt',
    text: `SELECT tasks.id AS "taskId", attempt.number - tasks.attempt_base AS tries, attempt.finished_at IS NOT NULL AS over,
        attempt.lease_expires_at <= clock_timestamp() AS lapsed, attempt.lease_expires_at <= ${lastLook} AS lost,
        attempt.report_hash AS "reportHash",
        tasks.status, tasks.run_id AS "runId", runs.scope, plans.definition #> ARRAY['steps', tasks.step::text] AS step
      FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = attempt.task_id
        JOIN runs ON runs.run_id = tasks.run_id JOIN plans ON plans.hash = runs.plan_hash
      WHERE attempt.lease_id = $1 FOR UPDATE OF attempt, tasks`,
    values: [leaseId],
  });
  return attempt;
}

async function recordEnd(
  tx: Queryable,
  leaseId: string,
  report: AttemptReport | 'lost',
  hash: string | null,
) {
  const told = report === 'lost' ? undefined : report;
  await tx.query({
    name: 'end_attempt',
    text: `UPDATE task_attempts SET finished_at = now(), ended_by = $2, exit_code = $3, signal = $4, duration_ms = $5,
      outputs_uri = $6, log_excerpt = $7, report_hash = $8 WHERE lease_id = $1`,
    values: [
      ...[leaseId, told?.ending ?? 'lost', told?.exitCode, told?.signal, told?.durationMs],
      ...[told?.outputsUri, told?.logExcerpt, hash],
    ],
  });
}

async function moveTask(
  tx: Queryable,
  taskId: number,
  { status, reason }: Verdict,
  report: AttemptReport | 'lost',
) {
  const told = report === 'lost' ? undefined : report;
  await tx.query({
    name: 'end_task',
    text: `UPDATE agents_tasks SET status = $2::text, reason = $3::text, duration_ms = $4, outputs = coalesce($5, outputs),
        outputs_uri = coalesce($6, outputs_uri), log_excerpt = coalesce($7, log_excerpt, '[nightshift] ' || $3::text),
        finished_at = CASE WHEN $2::text = 'queued' THEN NULL ELSE now() END,
        approval_state = CASE WHEN $2::text = 'awaiting_approval' THEN 'pending' ELSE approval_state END
      WHERE id = $1`,
    values: [
      ...[taskId, status, reason, told?.durationMs, told && JSON.stringify(told.outputs)],
      ...[told?.outputsUri, told?.logExcerpt],
    ],
  });
}
