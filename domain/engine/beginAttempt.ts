import type { Database, Queryable } from '../../database/database.ts';
import { sendInOrder } from '../../database/sendInOrder.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { refuseLeaseOutside } from '../bounds/withinBounds.ts';
import type { WorkKind } from '../changes/newWork.ts';
import { mayStart } from '../freeze/mayStart.ts';
import { sourcesJson } from '../plans/planSource.ts';
import { readDefinition } from '../plans/plans.ts';
import type { AttemptWork } from '../queue/enqueue.ts';
import type { Job } from '../queue/queue.ts';
import { type LockedRun, lockRun } from '../runs/lock.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import type { Engine } from './engine.ts';
import { fillSlots } from './fillSlots.ts';
import type { Lease, LeaseTaskInput } from './leaseTypes.ts';
import { withNeeds } from './needs.ts';
import { releaseReady } from './release.ts';

/** A lease without what it takes a look at other tasks to tell, the index of its step in the plan, and its task. */
export interface Begun {
  lease: Omit<Lease, 'needs' | 'serverId'>;
  step: number;
  task: Task;
}

/** Nothing starts: the server is frozen, or is about to be. The transaction has to end without having done anything. */
export class FrozenError extends Error {}

/** Who begins an attempt. */
type Beginner = Pick<LeaseTaskInput, 'worker' | 'requestId' | 'sources' | 'within'>;

/**
 * Takes a job from the queues within a transaction, and begins an attempt at its task with its slot in the run and its
 * lock, as the task is then. `spent` says that there was one which stood for nothing any more, or whose task stands
 * aside now, since its run has no slot free or another task holds its lock: there may be more, but each has a
 * transaction of its own, since it locks its run.
 * @throws OutOfBoundsError when it took a task that came to lie outside since its worker asked, FrozenError
 */
export async function beginAttempt(
  engine: Engine,
  queueNames: readonly string[],
  beginner: Beginner,
  leaseMs: number,
): Promise<(Begun & { kind: WorkKind }) | 'spent' | undefined> {
  const { tx } = engine;
  for (const queueName of queueNames) {
    const [may, job] = await sendInOrder([
      () => mayStart(tx),
      () => engine.queue.take<AttemptWork>(tx, queueName),
    ]);
    if (!may) throw new FrozenError();
    if (job === undefined) continue;
    // The slots are counted once the run is locked.
    const [run, begun] = await sendInOrder([
      () => lockRun(tx, { runId: job.runId }),
      () => beginLocked(tx, job, beginner, leaseMs),
      // Whatever comes of it is on record with its attempt.
      () => engine.queue.settle(tx, queueName, job.jobId),
    ]);
    if (begun && run) {
      await refuseLeaseOutside(tx, beginner.within, job.jobId);
      const { steps } = await readDefinition(tx, run.planHash);
      return { ...begun, kind: { scope: run.scope, labels: steps[begun.step]?.labels ?? [] } };
    }
    if (run !== undefined) await makeWay(engine, run, job);
    return 'spent';
  }
  return undefined;
}

/** Begins an attempt at the task that a job stands for, whose run is locked; undefined where it cannot begin. */
export async function beginLocked(
  tx: Queryable,
  { jobId, runId, step }: Job<AttemptWork>,
  { worker, requestId, sources }: Beginner,
  leaseMs: number,
): Promise<Begun | undefined> {
  const [row] = await tx.query(
    beginAttemptSql(jobId, runId, step, worker, requestId, leaseMs, sourcesJson(sources ?? [])),
  );
  return row && readRow(row, jobId, leaseMs);
}

/** Lets a task that could not begin wait without its job: for a slot, or in line for its lock; others of its run may go on. */
export async function makeWay(
  engine: Engine,
  run: LockedRun,
  { jobId, step }: Job<AttemptWork>,
): Promise<void> {
  const { tx } = engine;
  const [aside] = await tx.query(makeWaySql(jobId, run.runId, step));
  // Others may have stood in line behind it.
  if (aside?.lock != null) engine.afterwards.locks.add(aside.lock);
  const { changed, hasSkipped } = await fillSlots(engine, run);
  if (hasSkipped) changed.push(...(await releaseReady(engine, run.runId, run)));
  for (const id of changed) engine.afterwards.changed.add(id);
}

const makeWaySql = statement({
  name: 'make_way',
  text: `UPDATE agents_tasks SET job_id = NULL, aside = CASE WHEN held THEN 'lock' END,
        aside_since = CASE WHEN held THEN coalesce(aside_since, clock_timestamp()) ELSE aside_since END
      FROM (SELECT EXISTS (SELECT 1 FROM task_locks JOIN agents_tasks own ON own.lock_key = key WHERE own.run_id = $2 AND own.step = $3) AS held) lock
      WHERE run_id = $2 AND step = $3 AND job_id = $1 AND status = 'queued' RETURNING lock_key AS lock`,
  row: { lock: col.text.orNull },
});

const beginAttemptSql = statement({
  name: 'begin_attempt',
  text: `WITH due AS (
    SELECT id AS due_id, lock_key AS due_lock FROM agents_tasks JOIN runs USING (run_id)
    WHERE run_id = $2 AND step = $3 AND job_id = $1 AND status = 'queued' AND runs.places > (
      SELECT count(*) FROM agents_tasks running WHERE running.run_id = $2 AND running.status = 'running' AND running.step IS NOT NULL)),
  locked AS (
    INSERT INTO task_locks (key, task_id) SELECT due_lock, due_id FROM due WHERE due_lock IS NOT NULL
    ON CONFLICT (key) DO UPDATE SET key = excluded.key WHERE task_locks.task_id = excluded.task_id RETURNING key),
  begun AS (
    UPDATE agents_tasks SET status = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1, reason = NULL,
      remarks = '{}', aside_since = NULL
    FROM due WHERE id = due_id AND (due_lock IS NULL OR EXISTS (SELECT 1 FROM locked)) RETURNING ${selectTask}, attempts AS number, step),
  came AS (
    SELECT begun.id, begun.number, begun.task, name AS plan, project, coalesce($7::jsonb -> ('run ' || run_id), $7::jsonb -> hash::text) AS source
    FROM begun JOIN runs ON run_id = begun."runId" JOIN plans ON hash = plan_hash),
  attempt AS (
    INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, origin, repo)
    SELECT $1, id, number, $4, $5, now() + $6 * interval '1 ms', nullif(source ->> 'origin', ''), source -> 'repos' ->> task
    FROM came RETURNING lease_expires_at),
  first AS (
    INSERT INTO plan_origins (plan, project, origins, worker)
    SELECT plan, project, CASE source ->> 'origin' WHEN '' THEN '{}' ELSE ARRAY[source ->> 'origin'] END, $4 FROM came
    WHERE source ->> 'origin' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM plan_origins said WHERE said.plan = came.plan AND said.project = came.project)
    ON CONFLICT DO NOTHING)
  SELECT begun.*, attempt.lease_expires_at AS "expiresAt", runs.plan_hash AS "planHash",
    runs.created_at AS "runCreatedAt", runs.inputs AS given
  FROM begun, attempt, runs WHERE runs.run_id = begun."runId"`,
  row: {
    ...taskRow,
    number: col.int,
    step: col.int.sure,
    expiresAt: col.time,
    planHash: col.text.sure,
    runCreatedAt: col.time,
    given: col.json<Lease['inputs']>().orNull,
  },
});

type BegunRow = RowOfStatement<typeof beginAttemptSql>;

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
export async function findLease(db: Database, requestId: string): Promise<Lease | null> {
  const [found] = await db.query(leaseOfRequest(requestId));
  if (found === undefined) return null;
  const { step, ...lease } = found;
  return withNeeds(db, lease, step);
}

const leaseOfRequest = statement({
  name: 'lease_of_request',
  text: `SELECT attempt.lease_id AS "leaseId", tasks.id AS "taskId", tasks.task, tasks.run_id AS "runId", tasks.step,
        runs.plan_hash AS "planHash", runs.created_at AS "runCreatedAt", attempt.number, attempt.lease_expires_at AS "expiresAt",
        greatest(0, round(extract(epoch FROM attempt.lease_expires_at - now()) * 1000))::int AS "holdsForMs", runs.inputs
      FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = attempt.task_id JOIN runs USING (run_id)
      WHERE attempt.request_id = $1 AND attempt.finished_at IS NULL AND attempt.lease_expires_at > now()`,
  row: {
    leaseId: col.text,
    taskId: col.int,
    task: col.text,
    runId: col.text,
    step: col.int.sure,
    planHash: col.text.sure,
    runCreatedAt: col.time,
    number: col.int,
    expiresAt: col.time,
    holdsForMs: col.int,
    inputs: col.json<Lease['inputs']>().orNull,
  },
});
