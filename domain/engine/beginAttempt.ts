import type { Queryable } from '../../prisma/database/database.ts';
import { selectTask, type Task } from '../tasks/task.ts';
import type { AttemptWork } from './enqueue.ts';
import type { Lease, LeaseTaskInput } from './lease.ts';
import { sourcesJson } from './planSource.ts';
import { readDefinition } from './plans.ts';
import type { TaskQueue } from './queue.ts';
import { placesOf } from './runState.ts';

/** A lease without what it takes a look at other tasks to tell, and the place of its step in the plan. */
interface Begun {
  lease: Omit<Lease, 'needs'>;
  step: number;
}

/**
 * Takes jobs from the queues within a transaction until one stands for a task that still waits, and begins an attempt
 * at it, with the task as it is then. Jobs of tasks that were cancelled meanwhile are done with.
 */
export async function beginAttempt(
  tx: Queryable,
  queue: TaskQueue,
  queueNames: readonly string[],
  { worker, requestId, sources }: Pick<LeaseTaskInput, 'worker' | 'requestId' | 'sources'>,
  leaseMs: number,
): Promise<(Begun & { task: Task }) | undefined> {
  const said = sourcesJson(sources ?? []);
  for (const queueName of queueNames) {
    for (;;) {
      const job = await queue.take<AttemptWork>(tx, queueName);
      if (job === undefined) break;
      const { jobId, runId, step } = job;
      const [row] = await tx.query<BegunRow>({
        name: 'begin_attempt',
        text: beginAttemptSql,
        values: [jobId, runId, step, worker, requestId, leaseMs, said],
      });
      if (row) return readRow(row, jobId, leaseMs);
      await queue.settle(tx, queueName, jobId);
    }
  }
  return undefined;
}

type BegunRow = Task &
  Pick<Lease, 'number' | 'planHash' | 'runCreatedAt' | 'expiresAt'> & {
    step: number;
    given: Lease['inputs'];
  };

const beginAttemptSql = `WITH begun AS (
    UPDATE agents_tasks SET status = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1, reason = NULL,
      remarks = '{}'
    WHERE run_id = $2 AND step = $3 AND job_id = $1 AND status = 'queued' RETURNING ${selectTask}, attempts AS number, step),
  came AS (
    SELECT begun.id, begun.number, begun.task, name AS plan, coalesce($7::jsonb -> ('run ' || run_id), $7::jsonb -> hash::text) AS source
    FROM begun JOIN runs ON run_id = begun."runId" JOIN plans ON hash = plan_hash),
  attempt AS (
    INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, origin, repo)
    SELECT $1, id, number, $4, $5, now() + $6 * interval '1 ms', nullif(source ->> 'origin', ''), source -> 'repos' ->> task
    FROM came RETURNING lease_expires_at),
  first AS (
    INSERT INTO plan_origins (plan, origins, worker)
    SELECT plan, CASE source ->> 'origin' WHEN '' THEN '{}' ELSE ARRAY[source ->> 'origin'] END, $4 FROM came
    WHERE source ->> 'origin' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM plan_origins said WHERE said.plan = came.plan)
    ON CONFLICT DO NOTHING)
  SELECT begun.*, attempt.lease_expires_at AS "expiresAt", runs.plan_hash AS "planHash",
    runs.created_at AS "runCreatedAt", runs.inputs AS given
  FROM begun, attempt, runs WHERE runs.run_id = begun."runId"`;

function readRow(
  { number, planHash, runCreatedAt, expiresAt, step, given, ...task }: BegunRow,
  leaseId: string,
  leaseMs: number,
) {
  const { id: taskId, task: name, runId } = task;
  const lease = {
    leaseId,
    taskId,
    task: name,
    runId,
    planHash,
    runCreatedAt,
    number,
    expiresAt,
    holdsForMs: leaseMs,
    inputs: given,
  };
  return { lease, step, task };
}

/** Finds the lease that a request has got, while it holds. */
export async function findLease(db: Queryable, requestId: string): Promise<Lease | null> {
  const [found] = await db.query<Begun['lease'] & { step: number }>({
    name: 'lease_of_request',
    text: `SELECT attempt.lease_id AS "leaseId", tasks.id AS "taskId", tasks.task, tasks.run_id AS "runId", tasks.step,
        runs.plan_hash AS "planHash", runs.created_at AS "runCreatedAt", attempt.number, attempt.lease_expires_at AS "expiresAt",
        greatest(0, round(extract(epoch FROM attempt.lease_expires_at - now()) * 1000))::int AS "holdsForMs", runs.inputs
      FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = attempt.task_id JOIN runs USING (run_id)
      WHERE attempt.request_id = $1 AND attempt.finished_at IS NULL AND attempt.lease_expires_at > now()`,
    values: [requestId],
  });
  if (found === undefined) return null;
  const { step, ...lease } = found;
  return withNeeds(db, lease, step);
}

/** Adds the outputs of the tasks that a lease's step needs. */
export async function withNeeds(db: Queryable, lease: Begun['lease'], step: number): Promise<Lease> {
  const { steps } = await readDefinition(db, lease.planHash);
  const needed = steps[step]?.needs ?? [];
  if (needed.length === 0) return { ...lease, needs: {} };
  const rows = await db.query<{ task: string; outputs: Record<string, string> | null }>({
    name: 'needed_outputs',
    text: 'SELECT task, outputs FROM agents_tasks WHERE run_id = $1 AND step = ANY($2::int[])',
    values: [lease.runId, needed.map((name) => placesOf(steps).get(name))],
  });
  return { ...lease, needs: Object.fromEntries(rows.map(({ task, outputs }) => [task, outputs ?? {}])) };
}
