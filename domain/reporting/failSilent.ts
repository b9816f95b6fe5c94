import { plural } from '../../contract/text/plural.ts';
import { statement } from '../../database/statement.ts';
import { lastSweepSql } from '../engine/recordSweep.ts';
import type { Store } from '../store.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import { silenceMark } from './lateReport.ts';

/**
 * Fails running tasks of outside reporters of which nothing was heard for so many milliseconds, by the database's
 * clock; at most 100, oldest first. Says how many there were, and which. That is a guess: see `lateReport` for what is
 * heard later. The engine's tasks have leases instead.
 */
export async function failSilent(
  { db, changes }: Pick<Store, 'db' | 'changes'>,
  limitMs: number,
  see: (task: Pick<Task, 'task' | 'runId'>) => void = () => undefined,
): Promise<number> {
  const failed = await db.query(
    failSilentTasks(limitMs, `its reporter sent nothing for ${inWords(limitMs)}`),
  );
  for (const task of failed) {
    see(task);
    changes.publish(task);
  }
  return failed.length;
}

// The first condition is the index's, the second holds for what was changed since it was made, if it ever was.
const isSilent = `status = 'running' AND step IS NULL AND created_at <= ${lastSweepSql} - $1 * interval '1 ms'
  AND coalesce(reported_at, created_at) <= ${lastSweepSql} - $1 * interval '1 ms'`;

const failSilentTasks = statement({
  name: 'fail_silent_tasks',
  text: `UPDATE agents_tasks SET status = 'failed', finished_at = now(), silent_at = now(), reason = $2::text,
        log_excerpt = coalesce(log_excerpt || E'\\n', '') || ${silenceMark} || $2::text
      WHERE id IN (SELECT id FROM agents_tasks WHERE ${isSilent} ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED)
      RETURNING ${selectTask}`,
  row: taskRow,
});

function inWords(millis: number): string {
  const hours = Math.round(millis / 36_000) / 100;
  return hours >= 1 ? plural(hours, 'hour') : plural(Math.round(millis / 1000), 'second');
}
