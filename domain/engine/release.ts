import type { Queryable } from '../../prisma/database/database.ts';
import type { Store } from '../store.ts';
import { enqueue, skip } from './enqueue.ts';
import { openGate } from './gate.ts';
import { freeLocks, takeLock } from './locks.ts';
import { faceOpenWork } from './openWork.ts';
import type { StepDefinition } from './planDefinition.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';
import { type LockedRun, lockRun, type RunState, readState } from './runState.ts';

/** What brings runs forward: the queue of what workers may take, and whom to tell of what awaits approval. */
export interface Engine {
  queue: TaskQueue;
  channels: Store['channels'];
}

/**
 * Brings a run forward within the transaction that changed one of its tasks: skips what can never run, and puts into
 * the queue what may run now, as far as the plan's concurrency and the locks allow. Returns the ids of the tasks
 * whose rows changed. Calls for one run stand in line.
 */
export async function releaseReady(
  tx: Queryable,
  engine: Engine,
  runId: string,
  locked?: LockedRun,
): Promise<number[]> {
  const run = locked ?? (await lockRun(tx, runId));
  if (run === undefined) return [];
  const state = await readState(tx, run);
  const changed: number[] = [];
  for (let again = true; again; ) {
    changed.push(...(await skipBlocked(tx, state)));
    const released = await enqueueReady(tx, engine, state);
    changed.push(...released.changed);
    again = released.again;
  }
  return changed;
}

/**
 * After a task has ended: frees its lock, unless its command still is being ended, and brings its run forward and the
 * runs that waited for the lock.
 */
export async function afterTaskEnded(
  tx: Queryable,
  engine: Engine,
  taskId: number,
  runId: string,
): Promise<number[]> {
  const waiting = await freeLocks(tx, taskId);
  const changed: number[] = [];
  for (const id of new Set([runId, ...waiting])) changed.push(...(await releaseReady(tx, engine, id)));
  return changed;
}

/** Skips the waiting tasks that need one which has ended and did not succeed, all the way down. */
async function skipBlocked(
  tx: Queryable,
  { runId, steps, places, waiting, unfinished }: RunState,
): Promise<number[]> {
  const changed: number[] = [];
  if (waiting.size === 0 || !unfinished.values().some(isOver)) return changed;
  const endOf = (need: string) => unfinished.get(places.get(need) ?? -1);
  for (const place of inOrder(steps)) {
    const blocker = waiting.has(place) ? steps[place]?.needs.find((need) => isOver(endOf(need))) : undefined;
    if (blocker === undefined) continue;
    const ending = endings[endOf(blocker) ?? 'open'];
    changed.push(...(await skip(tx, runId, place, `needs ${blocker}, ${ending}`)));
    waiting.delete(place);
    unfinished.set(place, 'skipped');
  }
  return changed;
}

/** What is said of a step that keeps others from running. */
const endings = {
  ...{ failed: 'which failed', skipped: 'which was skipped', open: 'which has not ended' },
  gone: 'whose task is gone from the record',
};

/**
 * Puts what may run into the queue, and asks people where a gate comes before it; a task that is skipped on the way asks
 * for another look at those that need it.
 */
async function enqueueReady(tx: Queryable, engine: Engine, state: RunState) {
  const { queue } = engine;
  const { runId, scope, planName, steps, places, waiting, unfinished, passed } = state;
  const changed: number[] = [];
  const ready: { step: number; queueName: string }[] = [];
  const hasSucceeded = (need: string) => !unfinished.has(places.get(need) ?? -1);
  let again = false;
  for (const place of waiting) {
    const step = steps[place];
    if (step === undefined || !step.needs.every(hasSucceeded)) continue;
    // People are asked at once, whether or not there is a place.
    const asks = step.gate != null && !passed.has(place);
    if (state.free <= 0 && !asks) continue;
    const open = await faceOpenWork(tx, { plan: planName, runId, step });
    // Bringing another run forward may come back to this one, which must find what is in the queue already.
    if (open.superseded.length > 0) await enqueue(tx, queue, runId, ready.splice(0));
    for (const old of open.superseded) {
      changed.push(old.id, ...(await afterTaskEnded(tx, engine, old.id, old.runId)));
    }
    if (open.reason !== undefined) {
      changed.push(...(await skip(tx, runId, place, open.reason)));
      waiting.delete(place);
      unfinished.set(place, 'skipped');
      again = true;
      break;
    }
    if (asks) {
      changed.push(await openGate(tx, engine, runId, place));
      waiting.delete(place);
      unfinished.set(place, 'open');
      continue;
    }
    if (!(await takeLock(tx, runId, place, step))) continue;
    ready.push({ step: place, queueName: queueOf(scope, step.labels) });
    waiting.delete(place);
    state.free -= 1;
  }
  await enqueue(tx, queue, runId, ready);
  return { changed, again };
}

const orders = new WeakMap<readonly StepDefinition[], readonly number[]>();

/** The places of steps with those that they need before them, so that one pass skips transitively. */
function inOrder(steps: readonly StepDefinition[]): readonly number[] {
  const known = orders.get(steps);
  if (known) return known;
  const placed = new Set<string>();
  const order: number[] = [];
  let left = [...steps.entries()];
  while (left.length > 0) {
    const next = left.filter(([, { needs }]) => needs.every((need) => placed.has(need)));
    if (next.length === 0) break;
    for (const [place, { task }] of next) {
      placed.add(task);
      order.push(place);
    }
    left = left.filter(([, { task }]) => !placed.has(task));
  }
  orders.set(steps, order);
  return order;
}

function isOver(status: string | undefined): boolean {
  return status === 'failed' || status === 'skipped' || status === 'gone';
}
