import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** How things stand at one moment. Ages are in seconds, 0 when there is nothing to have one. */
export interface Gauges {
  /** Tasks of the engine that wait for others, for a lock or for a place in their run. */
  waiting: number;
  oldestWaiting: number;
  /** Tasks of the engine that a worker may take, or may after the pause before another attempt. */
  due: number;
  oldestDue: number;
  /** Attempts that have not ended. */
  leases: number;
  approvals: number;
  oldestApproval: number;
  /** Runs with a task that is queued or running. */
  openRuns: number;
  finishedRuns: number;
  /** Whether the server is frozen. */
  isFrozen: boolean;
  /** When the last run was made, in seconds since 1970; null when there is none. */
  lastRunAt: number | null;
}

/** Reads how things stand with one statement. */
export async function readGauges(db: Queryable): Promise<Gauges> {
  const [standing] = await db.query(metricsStanding());
  if (!standing) throw new Error('The statement returned no row.');
  return standing;
}

const metricsStanding = statement({
  name: 'metrics_standing',
  text: `SELECT queue.*, approval.*, (SELECT count(*) FROM task_attempts WHERE finished_at IS NULL) AS leases,
        EXISTS (SELECT 1 FROM freezes) AS "isFrozen", open.runs AS "openRuns", greatest(0, made.runs - open.runs) AS "finishedRuns", made.last AS "lastRunAt"
      FROM (SELECT count(*) FILTER (WHERE job_id IS NULL) AS waiting, count(job_id) AS due,
            ${age('min(created_at) FILTER (WHERE job_id IS NULL)')} AS "oldestWaiting",
            ${age('min(created_at) FILTER (WHERE job_id IS NOT NULL)')} AS "oldestDue"
          FROM agents_tasks WHERE status = 'queued' AND step IS NOT NULL) queue,
        (SELECT count(*) AS approvals, ${age('min(coalesce(finished_at, started_at, created_at))')} AS "oldestApproval"
          FROM agents_tasks WHERE status = 'awaiting_approval') approval,
        (SELECT count(DISTINCT run_id) AS runs FROM agents_tasks WHERE status IN ('queued', 'running')) open,
        (SELECT count(*) AS runs, extract(epoch FROM max(created_at))::float8 AS last FROM runs) made`,
  row: {
    waiting: col.int,
    due: col.int,
    oldestWaiting: col.float,
    oldestDue: col.float,
    approvals: col.int,
    oldestApproval: col.float,
    leases: col.int,
    openRuns: col.int,
    finishedRuns: col.int,
    isFrozen: col.bool,
    lastRunAt: col.float.orNull,
  },
});

function age(time: string): string {
  return `greatest(0, coalesce(extract(epoch FROM now() - ${time}), 0))::float8`;
}
