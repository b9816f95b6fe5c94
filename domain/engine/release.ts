import type { Queryable } from '../../database/database.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import { skip } from '../queue/enqueue.ts';
import { type LockedRun, lockRun } from '../runs/lock.ts';
import type { Engine } from './engine.ts';
import { fillSlots } from './fillSlots.ts';
import { freeLock } from './locks.ts';
import { becomeReady, findReady } from './ready.ts';
import { type RunState, readState } from './runState.ts';

/**
 * Brings a run forward within the transaction that changed its tasks: skips what can never run, has people asked whose
 * gates come next, and puts into the queue what may run now, as far as the run has slots. Returns the ids of the
 * tasks whose rows changed. Looks at the whole run; calls for one run stand in line.
 */
export async function releaseReady(engine: Engine, runId: string, locked?: LockedRun): Promise<number[]> {
  const { tx } = engine;
  const run = locked ?? (await lockRun(tx, { runId }));
  if (run === undefined) return [];
  const changed: number[] = [];
  for (let again = true; again; ) {
    const state = await readState(tx, run);
    changed.push(...(await skipBlocked(tx, runId, state)));
    const looked = await becomeReady(engine, run, readyOf(state));
    const filled = await fillSlots(engine, run);
    changed.push(...looked.changed, ...filled.changed);
    again = looked.hasSkipped || filled.hasSkipped;
  }
  return changed;
}

/**
 * Brings a run forward after one of its tasks has succeeded, whose end nobody else has looked at yet: looks at nothing but
 * what needs it and the slots of the run, so that it costs the same however many steps there are.
 */
export async function releaseAfterSuccess(engine: Engine, run: LockedRun, step: number): Promise<number[]> {
  const { tx } = engine;
  const { dependants } = graphOf((await readDefinition(tx, run.planHash)).steps);
  const ready = await findReady(tx, run, dependants[step] ?? []);
  if (ready === undefined) return releaseReady(engine, run.runId, run);
  const looked = await becomeReady(engine, run, ready);
  const filled = await fillSlots(engine, run);
  const changed = [...looked.changed, ...filled.changed];
  if (looked.hasSkipped || filled.hasSkipped) changed.push(...(await releaseReady(engine, run.runId, run)));
  return changed;
}

/** After a task has ended: frees its lock, unless its command still is being ended, and brings its run forward. */
export async function afterTaskEnded(engine: Engine, taskId: number, runId: string): Promise<number[]> {
  await freeLock(engine, taskId);
  return releaseReady(engine, runId);
}

/** Skips the waiting tasks that need one which has ended and did not succeed, all the way down. */
async function skipBlocked(
  tx: Queryable,
  runId: string,
  { steps, waiting, unfinished }: RunState,
): Promise<number[]> {
  if (waiting.size === 0 || !unfinished.values().some(isOver)) return [];
  const { needs, order } = graphOf(steps);
  const blocked: { step: number; reason: string }[] = [];
  for (const stepIndex of order) {
    const blocker = waiting.has(stepIndex)
      ? needs[stepIndex]?.find((need) => isOver(unfinished.get(need)))
      : undefined;
    if (blocker === undefined) continue;
    const reason = `needs ${steps[blocker]?.task}, ${endings[unfinished.get(blocker) ?? 'open']}`;
    blocked.push({ step: stepIndex, reason });
    waiting.delete(stepIndex);
    unfinished.set(stepIndex, 'skipped');
  }
  return skip(tx, runId, blocked);
}

/** What is said of a step that keeps others from running. */
const endings = {
  failed: 'which failed',
  skipped: 'which was skipped',
  open: 'which has not ended',
  gone: 'whose task was deleted',
};

/** The waiting steps that need nothing any more and that nobody has marked so. */
function readyOf({ steps, waiting, ready, unfinished }: RunState): number[] {
  const { needs } = graphOf(steps);
  return [...waiting].filter(
    (stepIndex) => !ready.has(stepIndex) && needs[stepIndex]?.every((need) => !unfinished.has(need)),
  );
}

function isOver(status: string | undefined): boolean {
  return status === 'failed' || status === 'skipped' || status === 'gone';
}
