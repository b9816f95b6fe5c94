import { briefly, eachApart } from '../../database/eachApart.ts';
import { col, statement } from '../../database/statement.ts';
import { refuseRunOutside } from '../bounds/withinBounds.ts';
import { NotFoundError } from '../input/errors.ts';
import type { Bounds } from '../input/viewer.ts';
import { readDefinition } from '../plans/plans.ts';
import { scopeOfPlan } from '../queue/queueName.ts';
import { ensureQueues } from '../queue/queues.ts';
import type { Store } from '../store.ts';
import type { Engine } from './engine.ts';
import { inEngine, publish } from './inEngine.ts';
import { lastSweepSql } from './recordSweep.ts';
import { releaseReady } from './release.ts';

/** The times of a lease after which the runner of an exclusive run that has asked for nothing counts as gone: 2 min usually. */
export const goneAfterLeases = 4;

/** Marks exclusive runs as looked after by a worker that asks for their tasks, at most three times a lease. */
export async function touchRuns({ db, leaseMs }: Store, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await db.query(seeRuns(runIds, leaseMs / 3));
}

const seeRuns = statement({
  name: 'see_runs',
  text: `UPDATE runs SET seen_at = now() WHERE run_id = ANY($1::text[]) AND seen_at < now() - $2 * interval '1 ms'`,
});

/** So many of the runs that wait are marked at once. */
const maxTouched = 5000;

/** Marks the exclusive runs of all who wait, which ask for nothing meanwhile. */
export async function touchWaitingRuns(store: Store, runIds: ReadonlySet<string>): Promise<void> {
  await touchRuns(store, [...runIds].slice(0, maxTouched));
}

/**
 * Looks after exclusive runs whose one worker is gone: what nobody but it may take is skipped, unless something of the
 * run awaits approval; then any worker that knows the plan may go on with it. Says how many runs there were.
 */
export async function reclaimAbandonedRuns(store: Store): Promise<number> {
  const abandoned = await store.db.query(abandonedRuns(store.leaseMs));
  if (abandoned.length === 0) return 0;
  await eachApart(abandoned, async ({ runId, planHash }) => {
    const scope = scopeOfPlan(planHash);
    await ensureQueues(store, scope, await readDefinition(store.db, planHash));
    const handing = (engine: Engine) => releaseToAnyWorker(engine, { runId, scope, leaseMs: store.leaseMs });
    await publish(store, await inEngine(store, handing, briefly));
  });
  return abandoned.length;
}

/**
 * Says that the one worker of an exclusive run has done what it can: what still waits for an approval goes to any
 * worker that knows the plan, as `reclaimAbandonedRuns` does for a worker that is gone. Of other runs it changes nothing.
 * @throws NotFoundError, OutOfBoundsError
 */
export async function leaveRun(store: Store, runId: string, bounds?: Bounds): Promise<void> {
  const run = await store.db.prisma.run.findUnique({
    where: { runId },
    select: { planHash: true, scope: true },
  });
  if (run === null) throw new NotFoundError('Run', runId);
  await refuseRunOutside(store.db, bounds, runId);
  if (run.planHash === null || !run.scope?.startsWith('run-')) return;
  const scope = scopeOfPlan(run.planHash);
  await ensureQueues(store, scope, await readDefinition(store.db, run.planHash));
  const leaving = async (engine: Engine) => {
    await refuseRunOutside(engine.tx, bounds, runId);
    return releaseToAnyWorker(engine, { runId, scope });
  };
  await publish(store, await inEngine(store, leaving));
}

const isIdle = `scope LIKE 'run-%' AND NOT EXISTS (
  SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id AND status = 'running')`;

/**
 * A runner is heard of when it asks and when it reports: one that has just ended a long command has asked for nothing
 * since it began it. Time in which nobody could hear it does not count.
 */
const isNotHeardOf = (leaseMs: string) => {
  const since = `${lastSweepSql} - ${goneAfterLeases} * ${leaseMs} * interval '1 ms'`;
  return `seen_at < ${since} AND NOT EXISTS (
    SELECT 1 FROM task_attempts JOIN agents_tasks ON agents_tasks.id = task_id
    WHERE agents_tasks.run_id = runs.run_id AND task_attempts.finished_at >= ${since} AND ended_by <> 'lost')`;
};

const abandonedRuns = statement({
  name: 'abandoned_runs',
  text: `SELECT run_id AS "runId", plan_hash AS "planHash" FROM runs WHERE ${isIdle} AND ${isNotHeardOf('$1')} ORDER BY seen_at LIMIT 50`,
  row: { runId: col.text, planHash: col.text.sure },
});

/** Hands a run over whose worker has left it, or was not heard of for some times of a lease. */
async function releaseToAnyWorker(
  engine: Engine,
  { runId, scope, leaseMs = null }: { runId: string; scope: string; leaseMs?: number | null },
): Promise<number[]> {
  const { tx } = engine;
  const taken = await tx.query(handOverRun(runId, scope, leaseMs));
  if (taken.length === 0) return [];
  const changed = await tx.query(settleAbandoned(runId));
  for (const { lock } of changed) if (lock !== null) engine.afterwards.locks.add(lock);
  return [...changed.map(({ id }) => id), ...(await releaseReady(engine, runId))];
}

const handOverRun = statement({
  name: 'hand_over_run',
  text: `UPDATE runs SET scope = $2
      WHERE run_id = $1 AND ${isIdle} AND ($3::float8 IS NULL OR (${isNotHeardOf('$3::float8')})) RETURNING 1`,
});

const settleAbandoned = statement({
  name: 'settle_abandoned',
  text: `UPDATE agents_tasks SET job_id = NULL, status = new.status, reason = new.reason,
        started_at = CASE WHEN awaited THEN started_at ELSE coalesce(started_at, now()) END,
        finished_at = CASE WHEN awaited THEN finished_at ELSE now() END,
        duration_ms = CASE WHEN awaited THEN duration_ms ELSE coalesce(duration_ms, 0) END
      FROM (SELECT awaited, CASE WHEN awaited THEN 'queued' ELSE 'skipped' END AS status,
          CASE WHEN NOT awaited THEN 'its run was given up: the process that ran it went away' END AS reason
        FROM (SELECT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND status = 'awaiting_approval') AS awaited) found) new
      WHERE run_id = $1 AND agents_tasks.status = 'queued' AND step IS NOT NULL RETURNING id, lock_key AS lock`,
  row: { id: col.int, lock: col.text.orNull },
});
