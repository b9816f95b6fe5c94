import { col, statement } from '../../database/statement.ts';
import type { Engine } from './engine.ts';

/** A task that was put into the queue for a lock keeps the others in line waiting so long; then the next one is woken too. */
const patienceSeconds = 10;

/**
 * The SQL that says whether a lock is spoken for: a task holds it, or one that can be leased waits for a worker, unless
 * none has come for it for some time.
 */
export const isSpokenFor = (key: string) => `(EXISTS (SELECT 1 FROM task_locks WHERE task_locks.key = ${key})
  OR EXISTS (SELECT 1 FROM agents_tasks next WHERE next.lock_key = ${key} AND next.status = 'queued' AND next.job_id IS NOT NULL
    AND next.due_at BETWEEN now() - interval '${patienceSeconds} seconds' AND now()))`;

/** Frees the lock of a task that has ended or pauses, unless its command still is being ended; others may have stood in line behind it although it held none yet. */
export async function freeLock({ tx, afterwards }: Engine, taskId: number): Promise<void> {
  const freed = await tx.query(freeLockSql(taskId));
  for (const { key } of freed) afterwards.locks.add(key);
}

const freeLockSql = statement({
  name: 'free_lock',
  text: `WITH freed AS (DELETE FROM task_locks WHERE task_id = $1 AND NOT EXISTS (
        SELECT 1 FROM task_attempts WHERE task_attempts.task_id = $1 AND finished_at IS NULL))
      SELECT lock_key AS key FROM agents_tasks WHERE id = $1 AND lock_key IS NOT NULL`,
  row: { key: col.text.sure },
});
