import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { queueOf } from './queueName.ts';
import type { Work } from './work.ts';

/** What a job of the engine stands for: the next attempt at a task. */
export interface AttemptWork {
  runId: string;
  /** The place of the task's step in the plan. */
  step: number;
}

/** Puts tasks of a run into their queues: a new job for the next attempt at each, due after some seconds. */
export async function enqueue(
  { tx, queue }: Pick<Work, 'tx' | 'queue'>,
  { runId, scope }: { runId: string; scope: string },
  tasks: readonly { step: number; labels: readonly string[] }[],
  afterSeconds = 0,
): Promise<void> {
  if (tasks.length === 0) return;
  const jobs = tasks.map(({ step, labels }) => ({
    labels,
    queueName: queueOf(scope, labels),
    job: { jobId: randomUUID(), runId, step },
  }));
  const marked = tx.query(
    setJobs(
      runId,
      jobs.map(({ job }) => job.step),
      jobs.map(({ job }) => job.jobId),
      afterSeconds,
    ),
  );
  const added = Map.groupBy(jobs, ({ queueName }) => queueName)
    .entries()
    .map(([name, own]) =>
      queue.add(
        tx,
        name,
        own.map(({ job }) => job),
        { afterSeconds, labels: own[0]?.labels ?? [] },
      ),
    );
  await Promise.all([marked, ...added]);
}

const setJobs = statement({
  name: 'set_jobs',
  text: `UPDATE agents_tasks SET job_id = ($3::uuid[])[array_position($2::int[], step)], aside = NULL,
        due_at = date_trunc('milliseconds', now()) + $4 * interval '1 s'
      WHERE run_id = $1 AND step = ANY($2::int[])`,
});

/** Skips waiting tasks of a run, each for a reason; gives their ids, without those that wait no more. */
export async function skip(
  tx: Queryable,
  runId: string,
  tasks: readonly { step: number; reason: string }[],
): Promise<number[]> {
  if (tasks.length === 0) return [];
  const skipped = await tx.query(
    skipTasks(
      runId,
      tasks.map(({ step }) => step),
      tasks.map(({ reason }) => reason),
    ),
  );
  return skipped.map(({ id }) => id);
}

const skipTasks = statement({
  name: 'skip_tasks',
  text: `UPDATE agents_tasks SET status = 'skipped', reason = given.reason, log_excerpt = '[nightshift] skipped: ' || given.reason,
        started_at = now(), finished_at = now(), duration_ms = 0
      FROM unnest($2::int[], $3::text[]) AS given(step, reason)
      WHERE run_id = $1 AND agents_tasks.step = given.step AND status = 'queued' RETURNING id`,
  row: { id: col.int },
});
