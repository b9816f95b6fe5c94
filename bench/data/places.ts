import { encodeCursor } from '../../domain/tasks/cursor.ts';
import { type Query, withSession } from '../waits/session.ts';

/** Places in the list of 1,000,000 tasks. */
export interface Places {
  /** The cursor behind nine tenths of all tasks. */
  deep: string;
  /** The same among the failed tasks alone. */
  deepFailed: string;
  /** The cursor within the tasks that have not started. */
  unstarted: string;
  /** The cursor behind half of the tasks with the rare status. */
  deepAwaiting: string;
  /** A run in the middle. */
  runId: string;
  /** When the newest tenth of the tasks begins. */
  since: string;
}

/** Finds the places that the list figures ask for. */
export function findPlaces(url: string): Promise<Places> {
  return withSession(url, async (query) => {
    const tenth = await findPosition(query, 'true', 0.1);
    return {
      deep: encodeCursor(await findPosition(query, 'true', 0.9)),
      deepFailed: encodeCursor(await findPosition(query, `status = 'failed'`, 0.9)),
      unstarted: encodeCursor(await findPosition(query, 'started_at IS NULL', 0.3)),
      deepAwaiting: encodeCursor(await findPosition(query, `status = 'awaiting_approval'`, 0.5)),
      runId: (await findPosition(query, 'true', 0.5)).runId,
      since: tenth.startedAt ?? '',
    };
  });
}

/** The task behind a share of those that match a condition, newest first. */
async function findPosition(query: Query, condition: string, share: number) {
  const [row] = await query<{ startedAt: string | null; id: number; runId: string; asOf: string }>(
    `WITH matching AS (SELECT * FROM agents_tasks WHERE ${condition})
     SELECT to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "startedAt", id,
       run_id AS "runId", pg_snapshot_xmax(pg_current_snapshot())::text AS "asOf"
     FROM matching ORDER BY started_at DESC, id DESC
     OFFSET (SELECT (count(*) * ${share})::int FROM matching) LIMIT 1`,
  );
  if (!row) throw new Error(`The data holds no task with ${condition}.`);
  return { ...row, asOf: Number(row.asOf) };
}
