import { sendInOrder } from '../../database/sendInOrder.ts';
import { col, queueStatement } from '../../database/statement.ts';
import { mayStartSql } from '../freeze/mayStart.ts';
import { hasJobToTake } from '../queue/queue.ts';
import type { LockedRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { type Begun, beginLocked, makeWay } from './beginAttempt.ts';
import { isDrained } from './drainWorker.ts';
import type { Engine } from './engine.ts';
import { askValues } from './lease.ts';
import type { Lease, LeaseTaskInput } from './leaseTypes.ts';
import { needsOf } from './needs.ts';

/**
 * What comes next for a worker: an attempt that this transaction has begun, nothing, or what another one has to find out.
 */
export type Next = (Begun & Pick<Lease, 'needs'>) | 'nothing' | 'elsewhere';

/**
 * Begins, within the transaction that has locked a run, an attempt at the task that its worker would be given next, where
 * that is of this run. It is whichever the worker would get by asking: of the queues in which something is due any, and the
 * first in it. A task that wants a lock is left to a transaction of its own, since this one may hold another lock, and
 * so is a worker that must be noted first.
 */
export async function takeNext(
  engine: Engine,
  run: LockedRun,
  wish: LeaseTaskInput,
  { db, leaseMs }: Pick<Store, 'db' | 'leaseMs'>,
): Promise<Next> {
  const { tx, queue } = engine;
  const { runId } = run;
  const [found] = await tx.query(nextOfRun(db.queueSchema, ...askValues(wish, leaseMs), wish.runIds, runId));
  if (found === undefined || !found.mayTake) return 'elsewhere';
  const { jobId, step, queueName } = found;
  if (jobId === null || step === null || queueName === null) return found.isDue ? 'elsewhere' : 'nothing';
  queue.withdraw(tx, queueName, jobId);
  const [begun, needs] = await sendInOrder([
    () => beginLocked(tx, { jobId, runId, step }, wish, leaseMs),
    () => needsOf(tx, run, step),
  ]);
  if (begun) return { ...begun, needs };
  await makeWay(engine, run, { jobId, runId, step });
  return 'elsewhere';
}

const mayTake = `NOT EXISTS (SELECT 1 FROM task_attempts WHERE request_id = $3) AND NOT ${isDrained('$4::text', '$5')}
  AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM worker_looks WHERE worker = $4::text AND wants = $6::text
    AND seen_at > now() - $7::float8 * interval '1 ms'))
  AND NOT EXISTS (SELECT 1 FROM runs WHERE run_id = ANY($8::text[]) AND seen_at < now() - $7::float8 * interval '1 ms')
  AND ${mayStartSql}`;

// Only a job that is taken is locked: one of another run must stay in sight of everybody.
const nextOfRun = queueStatement({
  name: 'next_of_run',
  text: (schema) => `WITH queue AS (
      SELECT name FROM task_queues WHERE scope = ANY($1::text[]) AND labels <@ $2::text[] AND ${hasJobToTake(schema)}
      ORDER BY random() LIMIT 1),
    first AS (
      SELECT id, name, data ->> 'runId' AS run_id, (data ->> 'step')::int AS step FROM ${schema}.job
      WHERE name = (SELECT name FROM queue) AND state < 'active' AND NOT blocked AND start_after <= now()
      ORDER BY priority DESC, created_on LIMIT 1),
    free AS (
      SELECT job.name, job.id, first.step FROM ${schema}.job JOIN first ON job.name = first.name AND job.id = first.id
      WHERE first.run_id = $9 AND job.state < 'active' AND ${mayTake} AND EXISTS (
        SELECT 1 FROM agents_tasks task WHERE task.run_id = $9 AND task.step = first.step AND task.job_id = first.id
          AND task.status = 'queued' AND task.lock_key IS NULL)
      FOR UPDATE OF job SKIP LOCKED),
    taken AS (
      DELETE FROM ${schema}.job USING free WHERE job.name = free.name AND job.id = free.id
      RETURNING job.name, job.id, free.step)
    SELECT ${mayTake} AS "mayTake", EXISTS (SELECT 1 FROM queue) AS "isDue", taken.id AS "jobId", taken.step,
      taken.name AS "queueName"
    FROM (VALUES (1)) AS asked LEFT JOIN taken ON true`,
  row: {
    mayTake: col.bool,
    isDue: col.bool,
    jobId: col.text.orNull,
    step: col.int.orNull,
    queueName: col.text.orNull,
  },
});
