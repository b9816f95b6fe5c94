import type { Queryable } from '../../prisma/database/database.ts';
import type { StepDefinition } from './planDefinition.ts';

/** Takes the lock of a step for its task in a run, if it has one; says whether the task may run now. */
export async function takeLock(
  tx: Queryable,
  runId: string,
  place: number,
  { lock }: StepDefinition,
): Promise<boolean> {
  if (lock == null) return true;
  await standInLine(tx, lock);
  const taken = await tx.query({
    name: 'take_lock',
    text: `INSERT INTO task_locks (key, task_id) SELECT $1, id FROM agents_tasks WHERE run_id = $2 AND step = $3
      ON CONFLICT (key) DO UPDATE SET key = excluded.key WHERE task_locks.task_id = excluded.task_id RETURNING 1`,
    values: [lock, runId, place],
  });
  return taken.length > 0;
}

/** Frees the lock of an ended task, unless its command still is being ended; gives the runs that wait for it. */
export async function freeLocks(tx: Queryable, taskId: number): Promise<string[]> {
  const held = await tx.query<{ key: string }>({
    name: 'held_locks',
    text: `SELECT key FROM task_locks WHERE task_id = $1 AND NOT EXISTS (
        SELECT 1 FROM task_attempts WHERE task_attempts.task_id = $1 AND finished_at IS NULL) ORDER BY key`,
    values: [taskId],
  });
  if (held.length === 0) return [];
  for (const { key } of held) {
    await standInLine(tx, key);
    await tx.query({ name: 'free_lock', text: 'DELETE FROM task_locks WHERE key = $1', values: [key] });
  }
  const waiting = await tx.query<{ runId: string }>({
    name: 'runs_waiting_for_lock',
    text: `SELECT DISTINCT run_id AS "runId" FROM agents_tasks
      WHERE lock_key = ANY($1::text[]) AND status = 'queued' AND job_id IS NULL ORDER BY run_id LIMIT 100`,
    values: [held.map(({ key }) => key)],
  });
  return waiting.map(({ runId }) => runId);
}

/** Whoever finds a lock held is seen waiting by whoever frees it, because the two look one after the other. */
async function standInLine(tx: Queryable, key: string): Promise<void> {
  await tx.query({
    name: 'line_for_lock',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift lock ' || $1, 0))`,
    values: [key],
  });
}
