import type { Queryable } from '../../prisma/database/database.ts';
import type { Engine } from './engine.ts';
import { enqueue, skip } from './enqueue.ts';
import { isSpokenFor } from './locks.ts';
import { faceOpenWork } from './openWork.ts';
import { readDefinition } from './plans.ts';
import { queueOf } from './queueName.ts';
import { releaseReady } from './release.ts';
import { lockRun } from './runState.ts';

/**
 * Puts into the queue the first task in line for a lock whose run has a place, whatever its run, unless somebody holds the
 * lock or is about to. Changes one run, so call it in a transaction of its own. Gives the tasks whose rows changed, and
 * whether the line wants another look.
 */
export async function wakeFirst(
  tx: Queryable,
  engine: Engine,
  lock: string,
): Promise<{ changed: number[]; again: boolean }> {
  const done = { changed: [], again: false };
  const chosen = await firstInLine(tx, lock);
  if (chosen === undefined) return done;
  const run = await lockRun(tx, chosen.runId);
  // Only now is its run still: another may have come first.
  const first = await firstInLine(tx, lock);
  if (run === undefined || first === undefined) return done;
  if (first.id !== chosen.id) return { changed: [], again: true };
  const { steps } = await readDefinition(tx, run.planHash);
  const step = steps[first.step];
  if (step === undefined) throw new Error(`Plan ${run.planHash} has no step ${first.step}.`);
  const stands = await faceOpenWork(tx, engine, { runId: run.runId, step, place: first.step });
  if (stands === 'clear') {
    await enqueue(tx, engine.queue, run.runId, [
      { step: first.step, queueName: queueOf(run.scope, step.labels) },
    ]);
    return done;
  }
  if (stands === 'aside') return { changed: [], again: true };
  const skipped = await skip(tx, run.runId, [{ step: first.step, reason: stands.reason }]);
  return { changed: [...skipped, ...(await releaseReady(tx, engine, run.runId, run))], again: true };
}

async function firstInLine(tx: Queryable, lock: string) {
  const [first] = await tx.query<{ id: number; runId: string; step: number }>({
    name: 'first_in_line',
    text: `SELECT id, run_id AS "runId", step FROM agents_tasks task JOIN runs USING (run_id)
      WHERE lock_key = $1 AND status = 'queued' AND job_id IS NULL AND aside = 'lock' AND NOT ${isSpokenFor('$1')}
        AND (SELECT count(*) FROM agents_tasks running WHERE running.run_id = task.run_id AND running.status = 'running'
          AND running.step IS NOT NULL) < runs.places
      ORDER BY aside_since, id LIMIT 1`,
    values: [lock],
  });
  return first;
}

/** Finds locks that nobody holds and for which tasks stand in line, at most 100: what is woken after a commit may not have been. */
export async function freeLocksWithLine(db: Queryable): Promise<string[]> {
  const free = await db.query<{ lock: string }>({
    name: 'free_locks_with_line',
    text: `SELECT DISTINCT lock_key AS lock FROM agents_tasks WHERE status = 'queued' AND job_id IS NULL AND aside = 'lock'
      AND NOT ${isSpokenFor('lock_key')} LIMIT 100`,
  });
  return free.map(({ lock }) => lock);
}
