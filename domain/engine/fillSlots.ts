import type { Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import { enqueue, skip } from '../queue/enqueue.ts';
import type { LockedRun } from '../runs/lock.ts';
import type { Engine } from './engine.ts';
import { isSpokenFor } from './locks.ts';
import { resolveOpenApprovals } from './openWork.ts';
import type { Looked } from './ready.ts';

/**
 * Puts ready steps of a run into the queue, in the order of the plan: for each set of labels as many as the run has slots
 * free, so that steps which no worker can take keep no others from running. Steps whose lock is spoken for stand aside.
 */
export async function fillSlots(engine: Engine, run: LockedRun): Promise<Looked> {
  const { tx } = engine;
  const { steps } = await readDefinition(tx, run.planHash);
  const { byLabels } = graphOf(steps);
  const looked: Looked = { changed: [], hasSkipped: false };
  const { running, queued } = await readSlots(tx, run.runId);
  for (const group of byLabels) {
    const line: Line = {
      labels: group.labels,
      only: byLabels.length === 1 ? null : group.steps,
    };
    let free = run.slots - running - group.steps.filter((step) => queued.has(step)).length;
    while (free > 0) {
      const found = await findReadySteps(tx, run.runId, line.only, free);
      if (found.length === 0) break;
      free -= await queueSteps(engine, { run, steps, line, found, looked });
    }
  }
  if (running < run.slots && steps.some(({ lock }) => lock != null)) await findFreeLocks(engine, run.runId);
  return looked;
}

/** Some labels, and the steps that have them; null for all. */
interface Line {
  labels: readonly string[];
  only: readonly number[] | null;
}

/** Queues ready steps or lets them stand aside, so that none of them is found again; says how many it has queued. */
async function queueSteps(
  engine: Engine,
  {
    run,
    steps,
    line,
    found,
    looked,
  }: {
    run: LockedRun;
    steps: readonly StepDefinition[];
    line: Line;
    found: readonly RowOfStatement<typeof readySteps>[];
    looked: Looked;
  },
): Promise<number> {
  const { tx } = engine;
  const { runId, planHash } = run;
  const chosen: number[] = [];
  const locks = new Set<string>();
  const behind = new Set<string>();
  for (const { step: stepIndex, lockKey, isHeld } of found) {
    const step = steps[stepIndex];
    if (step === undefined) throw new Error(`Plan ${planHash} has no step ${stepIndex}.`);
    // Where labels say who may take it, the line says for which of them there is a worker.
    if (lockKey !== null && (isHeld || locks.has(lockKey) || step.labels.length > 0)) {
      behind.add(lockKey);
      continue;
    }
    const stands = await resolveOpenApprovals(engine, { runId, step, stepIndex });
    if (stands === 'aside') continue;
    if (stands === 'clear') {
      chosen.push(stepIndex);
      if (lockKey !== null) locks.add(lockKey);
    } else {
      looked.changed.push(...(await skip(tx, runId, [{ step: stepIndex, reason: stands.reason }])));
      looked.hasSkipped = true;
    }
  }
  const { labels } = line;
  await enqueue(
    engine,
    run,
    chosen.map((step) => ({ step, labels })),
  );
  await standAside(engine, runId, [...behind]);
  return chosen.length;
}

/** Counts what runs of a run, and finds what waits for a worker; what pauses before a further try takes no slot. */
async function readSlots(
  tx: Queryable,
  runId: string,
): Promise<{ running: number; queued: ReadonlySet<number> }> {
  const [slots] = await tx.query(slotsOfRun(runId));
  return { running: slots?.running ?? 0, queued: new Set(slots?.queued) };
}

const slotsOfRun = statement({
  name: 'slots_of_run',
  text: `SELECT (SELECT count(*)::int FROM agents_tasks WHERE run_id = $1 AND status = 'running' AND step IS NOT NULL) AS running,
      ARRAY(SELECT step FROM agents_tasks WHERE run_id = $1 AND status = 'queued' AND job_id IS NOT NULL AND due_at <= now()) AS queued`,
  row: { running: col.int, queued: col.list(col.int) },
});

/** Finds the first ready steps of a run, of some of its steps or of all. */
function findReadySteps(tx: Queryable, runId: string, only: readonly number[] | null, limit: number) {
  return tx.query(only === null ? readySteps(runId, limit) : readyStepsOfLabel(runId, limit, only));
}

const selectReadySteps = (
  also = '',
) => `SELECT step, lock_key AS "lockKey", lock_key IS NOT NULL AND (${isSpokenFor('task.lock_key')} OR EXISTS (
    SELECT 1 FROM agents_tasks line WHERE line.lock_key = task.lock_key AND line.status = 'queued' AND line.job_id IS NULL
      AND line.aside = 'lock')) AS "isHeld"
  FROM agents_tasks task
  WHERE run_id = $1 AND status = 'queued' AND job_id IS NULL AND ready_at IS NOT NULL AND aside IS NULL${also}
  ORDER BY step LIMIT $2`;

/** Held is one whose lock is spoken for, or for whose lock others stand in line. */
const readyStep = { step: col.int.sure, lockKey: col.text.orNull, isHeld: col.bool };

const readySteps = statement({ name: 'ready_steps', text: selectReadySteps(), row: readyStep });

const readyStepsOfLabel = statement({
  name: 'ready_steps_of_label',
  text: selectReadySteps(' AND step = ANY($3::int[])'),
  row: readyStep,
});

/** Lets all ready steps of a run that want one of some locks stand in line for it. */
async function standAside(
  { tx, afterwards }: Engine,
  runId: string,
  locks: readonly string[],
): Promise<void> {
  if (locks.length === 0) return;
  await tx.query(standAsideForLocks(runId, locks));
  // It may have come free between the look and the commit.
  for (const lock of locks) afterwards.locks.add(lock);
}

const standAsideForLocks = statement({
  name: 'stand_aside_for_locks',
  text: `UPDATE agents_tasks SET aside = 'lock', aside_since = coalesce(aside_since, clock_timestamp())
      WHERE run_id = $1 AND status = 'queued' AND job_id IS NULL AND ready_at IS NOT NULL AND aside IS NULL AND lock_key = ANY($2::text[])`,
});

/** Has those woken who stand first in line for the locks that are free and that steps of this run, which has a slot now, stand in line for. */
async function findFreeLocks({ tx, afterwards }: Engine, runId: string): Promise<void> {
  const free = await tx.query(freeLocksOfRun(runId));
  for (const { lock } of free) afterwards.locks.add(lock);
}

const freeLocksOfRun = statement({
  name: 'free_locks_of_run',
  text: `SELECT DISTINCT lock_key AS lock FROM agents_tasks task WHERE run_id = $1 AND status = 'queued' AND job_id IS NULL
      AND aside = 'lock' AND NOT EXISTS (SELECT 1 FROM task_locks WHERE key = lock_key)`,
  row: { lock: col.text.sure },
});
