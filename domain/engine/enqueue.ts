import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import type { Job, TaskQueue } from './queue.ts';

/** Puts tasks of a run into their queues: a new job for the next attempt at each, due after some seconds. */
export async function enqueue(
  tx: Queryable,
  queue: TaskQueue,
  runId: string,
  tasks: readonly { step: number; queueName: string }[],
  afterSeconds = 0,
): Promise<void> {
  if (tasks.length === 0) return;
  const queueNames = new Map(tasks.map(({ step, queueName }) => [step, queueName]));
  const jobs = await tx.query<Job & { step: number }>({
    name: 'set_jobs',
    text: `UPDATE agents_tasks SET job_id = new.job_id FROM unnest($2::int[], $3::uuid[]) AS new(step, job_id)
      WHERE run_id = $1 AND agents_tasks.step = new.step
      RETURNING agents_tasks.step, id AS "taskId", agents_tasks.job_id AS "jobId"`,
    values: [runId, [...queueNames.keys()], tasks.map(() => randomUUID())],
  });
  // Of jobs that are put in at once, the first is taken first.
  jobs.sort((a, b) => a.step - b.step);
  for (const [queueName, own] of Map.groupBy(jobs, ({ step }) => queueNames.get(step) ?? '')) {
    await queue.add(tx, queueName, own, afterSeconds);
  }
}

/** Skips a waiting task of a run for a reason; gives its id, or none when it waits no more. */
export async function skip(tx: Queryable, runId: string, step: number, reason: string): Promise<number[]> {
  const skipped = await tx.query<{ id: number }>({
    name: 'skip_task',
    text: `UPDATE agents_tasks SET status = 'skipped', reason = $3::text, log_excerpt = '[nightshift] skipped: ' || $3::text,
        started_at = now(), finished_at = now(), duration_ms = 0
      WHERE run_id = $1 AND step = $2 AND status = 'queued' RETURNING id`,
    values: [runId, step, reason],
  });
  return skipped.map(({ id }) => id);
}
