import type { Queryable } from '../../database/database.ts';
import { briefly } from '../../database/eachApart.ts';
import { col, queueStatement, statement } from '../../database/statement.ts';
import { unclaimedLimitsOf } from '../plans/planDefinition.ts';
import { jobsToTake } from '../queue/queue.ts';
import type { Store } from '../store.ts';
import { silenceMs, wasSilent } from './recordSweep.ts';
import { fitsQueue, hasToLeave } from './workerLooks.ts';

/** So many jobs are marked with one look; of more, the time of the others begins with the next ones. */
const maxMarked = 1000;

/**
 * Marks the jobs that could be taken now and for which no fitting worker has asked within the time of a lease, and takes
 * the mark away where one has asked since, or where there is no such job any more. Queues that are asked for cost one look
 * at the queue, however many tasks wait in them. Exclusive runs are left out: `reclaimAbandonedRuns` sees to them.
 */
export async function markUnclaimed(store: Pick<Store, 'db' | 'queue' | 'leaseMs'>): Promise<void> {
  const { db, leaseMs } = store;
  const [any] = await db.query(anyQueue());
  if (any === undefined) return;
  // The jobs have a place to stand in only then.
  await store.queue();
  const { afterMs, failsMs } = unclaimedLimitsOf({});
  await db.transaction(async (tx) => {
    if (!(await isFirst(tx))) return;
    await tx.query(markUnclaimedSql(db.queueSchema, leaseMs, silenceMs(leaseMs), afterMs, failsMs));
  }, briefly);
}

const anyQueue = statement({ name: 'any_queue', text: 'SELECT 1 FROM task_queues LIMIT 1' });

/** Of replicas that look at the same time, one marks. */
async function isFirst(tx: Queryable): Promise<boolean> {
  const [line] = await tx.query(lineForUnclaimed());
  return line?.isFirst ?? false;
}

const lineForUnclaimed = statement({
  name: 'line_for_unclaimed',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('nightshift unclaimed', 0)) AS "isFirst"`,
  row: { isFirst: col.bool },
});

/** The condition that a mark holds for the job that its task waits with. */
export const stillWaits = `task.id = mark.task_id AND task.job_id = mark.job_id AND task.status = 'queued'`;

/** When a worker that fits a queue was last seen. */
const seenAt = `(SELECT max(seen_at) FROM looks look WHERE ${fitsQueue})`;

// The look is what the time counts from, as it is what it counts to: see `waitedMs`.
const markSql = (queueSchema: string) => `WITH looks AS MATERIALIZED (
    SELECT scopes, labels, max(seen_at) AS seen_at FROM worker_looks look WHERE NOT ${hasToLeave} GROUP BY scopes, labels),
  gone AS (
    DELETE FROM unclaimed_jobs mark WHERE NOT EXISTS (SELECT 1 FROM agents_tasks task WHERE ${stillWaits})
      OR EXISTS (SELECT 1 FROM task_queues queue WHERE queue.name = mark.queue AND ${seenAt} > mark.since)),
  idle AS MATERIALIZED (
    SELECT name FROM task_queues queue WHERE scope LIKE 'plan-%'
      AND coalesce(${seenAt} <= now() - $1::float8 * interval '1 ms', true))
  INSERT INTO unclaimed_jobs (job_id, task_id, queue, since, silent_ms, after_ms, fails_ms)
  SELECT job.job_id, task.id, job.queue, looked_at, silent_ms,
    coalesce((definition ->> 'unclaimedAfterMs')::bigint, $3::bigint), coalesce((definition ->> 'unclaimedFailsMs')::bigint, $4::bigint)
  FROM (SELECT looked_at, silent_ms FROM sweeps WHERE id = 1 AND NOT ${wasSilent('$2::float8')}) last
    CROSS JOIN idle JOIN ${jobsToTake(queueSchema)} job ON job.queue = idle.name
    JOIN agents_tasks task ON task.run_id = job.run_id AND task.step = job.step AND task.job_id = job.job_id AND task.status = 'queued'
    JOIN runs ON runs.run_id = task.run_id JOIN plans ON plans.hash = runs.plan_hash
  WHERE NOT EXISTS (SELECT 1 FROM unclaimed_jobs mark WHERE mark.job_id = job.job_id)
  LIMIT ${maxMarked} ON CONFLICT DO NOTHING`;

const markUnclaimedSql = queueStatement({ name: 'mark_unclaimed', text: markSql });

/** The SQL for the milliseconds that a marked job has waited, up to the last look: time in which nobody looked left out. */
export const waitedMs =
  '(extract(epoch FROM sweeps.looked_at - mark.since) * 1000 - (sweeps.silent_ms - mark.silent_ms))';
