import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../../../database/database.ts';
import { DatabaseUnavailableError } from '../../../database/errors.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';

/** Waits until nothing of a run is queued or running; a database that is away is waited for. */
export async function untilRunEnds(db: Queryable, runId: string): Promise<void> {
  const end = performance.now() + waitLimitMs;
  for (;;) {
    const open = await openTasks(db, runId);
    if (open !== null && open.length === 0) return;
    if (performance.now() > end)
      throw new Error(`Run ${runId} has not ended after ${waitLimitMs} ms: ${JSON.stringify(open)}`);
    await pause(100);
  }
}

async function openTasks(db: Queryable, runId: string): Promise<object[] | null> {
  try {
    const tasks = await db.query<{ status: string }>({
      text: `SELECT tasks.id, task, status, job.state AS job, job.start_after - now() AS "dueIn", (
          SELECT json_agg(json_build_array(number, worker, ended_by, lease_expires_at - now()) ORDER BY number)
          FROM task_attempts WHERE task_id = tasks.id) AS attempts
        FROM agents_tasks tasks LEFT JOIN pgboss.job ON job.id = job_id WHERE run_id = $1`,
      values: [runId],
    });
    if (tasks.length === 0) throw new Error(`Run ${runId} has no tasks.`);
    return tasks.filter(({ status }) => status === 'queued' || status === 'running');
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) return null;
    throw error;
  }
}

/** What is wrong with the story that attempts tell of their tasks: each is numbered on, over, and began after the one before it. */
export function oddAttempts(db: Queryable): Promise<object[]> {
  return db.query({
    text: `SELECT task, run_id, status, number, ended_by FROM (
        SELECT *, attempt.finished_at AS over_at, attempt.started_at AS begun_at, row_number() OVER story AS expected,
          lag(attempt.finished_at) OVER story AS before
        FROM (SELECT lease_id, task_id, number, started_at, finished_at, ended_by FROM task_attempts) attempt
          JOIN (SELECT id, task, run_id, status, attempts FROM agents_tasks) tasks ON tasks.id = attempt.task_id
        WINDOW story AS (PARTITION BY task_id ORDER BY number)) told
      WHERE over_at IS NULL OR number <> expected OR begun_at < before OR attempts < number`,
  });
}
