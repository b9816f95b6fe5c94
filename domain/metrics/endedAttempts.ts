import { type Ending, endings } from '../../contract/words/attempts.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { startedLately, today } from './today.ts';

/** How many attempts ended today in one way. */
export interface EndedAttempts {
  endedBy: Ending;
  attempts: number;
}

/** Counts the attempts that ended today, by every way in which one can end. */
export async function readEndedAttempts(db: Queryable): Promise<EndedAttempts[]> {
  const rows = await db.query(metricsEndedAttempts());
  const counts = new Map(rows.map(({ endedBy, attempts }) => [endedBy, attempts]));
  return endings.map((endedBy) => ({
    endedBy,
    attempts: counts.get(endedBy) ?? 0,
  }));
}

const metricsEndedAttempts = statement({
  name: 'metrics_ended_attempts',
  // OFFSET keeps PostgreSQL from reading all attempts to join them: those of a few days' tasks are found by index.
  text: `SELECT ended_by AS "endedBy", count(*) AS attempts FROM agents_tasks CROSS JOIN LATERAL (
        SELECT ended_by FROM task_attempts WHERE task_id = agents_tasks.id AND finished_at >= ${today} OFFSET 0) ended
      WHERE ${startedLately} AND agents_tasks.attempts > 0 GROUP BY ended_by`,
  row: { endedBy: col.text.sure, attempts: col.int },
});
