import type { NightFacts } from '../../contract/notifications/facts.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { hasRunOut, isAcknowledged, isLate } from '../tasks/conditions.ts';

/**
 * When it was heard how a task ended: a reporter may tell of an end that lies further back, or give no time; what is heard
 * of a task that silence had failed is news as well.
 */
const heardAt = `CASE WHEN step IS NOT NULL THEN finished_at ELSE greatest(coalesce(finished_at, reported_at, created_at),
    created_at, CASE WHEN ${isLate} THEN reported_at END) END`;

/** A rejection is a decision and no failure; what nobody decided in time counts by itself. */
const isDecided = `status = 'failed' AND coalesce(approval_state IN ('rejected', 'expired'), false)`;

/** Tasks that began longer before are not looked at, so that this reads the end of one index. */
const longest = `interval '7 days'`;

/**
 * Reads what ended since the digest before that of a day; what never started is found beside what the index of starts gives.
 * What was rejected or expired is known by the end of its approval: its command may have ended long before.
 */
export async function readNight(tx: Queryable, day: string): Promise<NightFacts> {
  const [night] = await tx.query(nightForDigest(day));
  if (night === undefined)
    throw new Error('The statement on what ended since the last digest returned no row.');
  return night;
}

const nightForDigest = statement({
  name: 'night_for_digest',
  text: `WITH before AS MATERIALIZED (SELECT greatest(now() - interval '7 days',
        coalesce((SELECT made_at FROM digests WHERE day < $1::date ORDER BY day DESC LIMIT 1), now() - interval '1 day')) AS since),
      ended AS (SELECT status, run_id, ${isDecided} AS decided, ${isAcknowledged} AS acknowledged FROM agents_tasks
        WHERE (started_at >= (SELECT since FROM before) - ${longest} OR started_at IS NULL)
          AND status NOT IN ('queued', 'running') AND ${heardAt} >= (SELECT since FROM before)),
      refused AS (SELECT DISTINCT ON (task_id) coalesce(${hasRunOut}, false) AS expired, ${isAcknowledged} AS acknowledged
        FROM approvals JOIN agents_tasks ON agents_tasks.id = task_id
        WHERE ended_at >= (SELECT since FROM before) AND state IN ('rejected', 'expired') AND ${isDecided}
        ORDER BY task_id, approvals.id DESC)
      SELECT (SELECT since FROM before) AS since, (SELECT count(DISTINCT run_id)::int FROM ended) AS runs,
        (SELECT coalesce(jsonb_object_agg(status, tasks), '{}') FROM (
          SELECT status, count(*) AS tasks FROM ended WHERE NOT decided AND NOT acknowledged GROUP BY status) by_status) AS tasks,
        (SELECT count(*)::int FROM refused WHERE expired AND NOT acknowledged) AS expired,
        (SELECT count(*)::int FROM refused WHERE NOT expired) AS rejected,
        (SELECT count(*) FROM ended WHERE acknowledged AND NOT decided)::int
          + (SELECT count(*) FROM refused WHERE acknowledged)::int AS acknowledged`,
  row: {
    since: col.time,
    runs: col.int,
    tasks: col.json<Partial<Record<TaskStatus, number>>>(),
    expired: col.int,
    rejected: col.int,
    acknowledged: col.int,
  },
});
