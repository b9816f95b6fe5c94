import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readDefinition } from '../plans/plans.ts';
import { enqueue, skip } from '../queue/enqueue.ts';
import { lockRun } from '../runs/lock.ts';
import type { Engine } from './engine.ts';
import { isSpokenFor } from './locks.ts';
import { resolveOpenApprovals } from './openWork.ts';
import { releaseReady } from './release.ts';
import { type WantedWorker, whoFits } from './whoFits.ts';

/**
 * Puts into the queue the first task in line for a lock whose run has a free slot, whatever its run, unless somebody holds the
 * lock or is about to; those for which there is a worker come first. Changes one run, so call it in a transaction of its
 * own. Gives the tasks whose rows changed, and whether the line wants another look.
 */
export async function wakeFirst(
  engine: Engine,
  lock: string,
): Promise<{ changed: number[]; again: boolean }> {
  const { tx } = engine;
  const done = { changed: [], again: false };
  const chosen = await firstInLine(engine, lock);
  if (chosen === undefined) return done;
  const run = await lockRun(tx, { runId: chosen.runId });
  // Only now is its run still: another may have come first.
  const first = await firstInLine(engine, lock);
  if (run === undefined || first === undefined) return done;
  if (first.id !== chosen.id) return { changed: [], again: true };
  const { steps } = await readDefinition(tx, run.planHash);
  const step = steps[first.step];
  if (step === undefined) throw new Error(`Plan ${run.planHash} has no step ${first.step}.`);
  const stands = await resolveOpenApprovals(engine, { runId: run.runId, step, stepIndex: first.step });
  if (stands === 'clear') {
    await enqueue(engine, run, [{ step: first.step, labels: step.labels }]);
    return done;
  }
  if (stands === 'aside') return { changed: [], again: true };
  const skipped = await skip(tx, run.runId, [{ step: first.step, reason: stands.reason }]);
  return { changed: [...skipped, ...(await releaseReady(engine, run.runId, run))], again: true };
}

/** So many of those who stand in line are looked at together. */
const maxInLine = 100;

/**
 * Finds the first in line for a lock whose run has a free slot: the first for which there is a worker, where any has one, so
 * that those that nobody can take hold up no others.
 */
async function firstInLine({ tx, leaseMs }: Engine, lock: string): Promise<InLine | undefined> {
  const line = await tx.query(firstInLineSql(lock));
  const [first] = line;
  if (first === undefined) return undefined;
  const wanted = await Promise.all(line.map((one) => wantedBy(tx, one)));
  const kinds = new Map(wanted.map((one) => [JSON.stringify(one), one]));
  if (kinds.size === 1) return first;
  const fits = await whoFits(tx, [...kinds.values()], leaseMs);
  const fitting = new Set([...kinds.keys()].filter((_kind, index) => fits[index]?.fits));
  return line.find((_one, index) => fitting.has(JSON.stringify(wanted[index]))) ?? first;
}

const firstInLineSql = statement({
  name: 'first_in_line',
  text: `SELECT id, run_id AS "runId", step, scope, plan_hash AS "planHash" FROM agents_tasks task JOIN runs USING (run_id)
      WHERE lock_key = $1 AND status = 'queued' AND job_id IS NULL AND aside = 'lock' AND NOT ${isSpokenFor('$1')}
        AND (SELECT count(*) FROM agents_tasks running WHERE running.run_id = task.run_id AND running.status = 'running'
          AND running.step IS NOT NULL) < runs.places
      ORDER BY aside_since, id LIMIT ${maxInLine}`,
  row: { id: col.int, runId: col.text, step: col.int.sure, scope: col.text.sure, planHash: col.text.sure },
});

/** A task in line for a lock. */
interface InLine {
  id: number;
  runId: string;
  step: number;
  scope: string;
  planHash: string;
}

async function wantedBy(tx: Queryable, { planHash, step, scope }: InLine): Promise<WantedWorker> {
  const { steps } = await readDefinition(tx, planHash);
  return { scope, labels: steps[step]?.labels ?? [] };
}

/** Finds locks that nobody holds and for which tasks stand in line, at most 100: what is woken after a commit may not have been. */
export async function freeLocksWithLine(db: Queryable): Promise<string[]> {
  const free = await db.query(freeLocksWithLineSql());
  return free.map(({ lock }) => lock);
}

const freeLocksWithLineSql = statement({
  name: 'free_locks_with_line',
  text: `SELECT DISTINCT lock_key AS lock FROM agents_tasks WHERE status = 'queued' AND job_id IS NULL AND aside = 'lock'
      AND NOT ${isSpokenFor('lock_key')} LIMIT 100`,
  row: { lock: col.text.sure },
});
