import { briefly } from '../../database/eachApart.ts';
import type { Bounds } from '../input/viewer.ts';
import type { LockedRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import type { AttemptReport } from './attemptReport.ts';
import type { Engine } from './engine.ts';
import { type EndedTask, finish } from './finishAttempt.ts';
import { serverIdOf } from './identity.ts';
import { leaseTask } from './lease.ts';
import type { Lease, LeaseTaskInput } from './leaseTypes.ts';
import { takeNext } from './takeNext.ts';
import { wishWithin } from './wishWithin.ts';

/** A task as a report has left it, and what its worker gets next: null where that could not be found out. */
export interface FinishedAttempt {
  task: EndedTask;
  next: NextLease | null;
}

/** A lease, or none where there is nothing to do; `drained` where it is known already whether the worker is to leave. */
interface NextLease {
  lease: Lease | null;
  drained?: boolean;
}

/**
 * Takes the report of an attempt as `finishAttempt` does, and leases the worker its next task: in the same transaction where
 * that is of the same run, and otherwise after it, since no transaction locks two runs. The wish fails alone: whatever is
 * wrong with it, the report counts, also where it asks for what the worker's key may not run. The same request again gives
 * the same lease.
 * @throws LostLeaseError, UnknownLeaseError; OutOfBoundsError when the attempt itself lies outside the bounds
 */
export async function finishAndLease(
  store: Store,
  leaseId: string,
  report: AttemptReport,
  asked: LeaseTaskInput,
  bounds?: Bounds,
): Promise<FinishedAttempt> {
  const wish = await wishWithin(store.db, bounds, asked).catch(() => undefined);
  if (wish === undefined) return { ...(await finish(store, leaseId, report, { bounds })), next: null };
  let isWishing = false;
  const andThen = (engine: Engine, run: LockedRun) => {
    isWishing = true;
    return takeNext(engine, run, wish, store);
  };
  const { task, next } = await finish(store, leaseId, report, { andThen, bounds }).catch((error: unknown) => {
    if (!isWishing) throw error;
    // It may have had a job in its hands, which nobody else has seen meanwhile.
    store.work.wake();
    return finish(store, leaseId, report, { bounds });
  });
  if (next === 'nothing') return { task, next: { lease: null, drained: false } };
  if (next !== undefined && next !== 'elsewhere') {
    store.changes.publish(next.task, 'started');
    const { lease, needs } = next;
    return { task, next: { lease: { ...lease, needs, serverId: await serverIdOf(store.db) } } };
  }
  const lease = await leaseTask(store, wish, briefly).catch(() => undefined);
  return { task, next: lease === undefined ? null : { lease } };
}
