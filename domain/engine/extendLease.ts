import { col, statement } from '../../database/statement.ts';
import { changeLeaseWithin } from '../bounds/withinBounds.ts';
import type { Bounds } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { findTask } from '../tasks/read.ts';
import { LostLeaseError } from './errors.ts';
import { maxWaitMs } from './lease.ts';
import { signEveryMs, wasExtendedAfterOutage } from './recordSweep.ts';
import { notedExtension } from './workerLooks.ts';

/** A lease that holds for its whole time again, and whether its task was cancelled. */
export interface ExtendedLease {
  expiresAt: string;
  holdsForMs: number;
  cancelled: boolean;
  /** Whether its worker was told to leave since the attempt began. */
  drained: boolean;
}

/**
 * Says that the holder of a lease is still at work: the lease holds for its whole time again from now on. Waits at
 * most for some time to tell of a cancellation as soon as it comes.
 * @throws LostLeaseError, OutOfBoundsError
 */
export async function extendLease(
  store: Store,
  leaseId: string,
  waitMs = 0,
  signal?: AbortSignal,
  bounds?: Bounds,
): Promise<ExtendedLease> {
  const end = performance.now() + Math.min(waitMs, store.leaseMs / 2, maxWaitMs);
  const first = await extendNow(store, leaseId, bounds);
  const { taskId, ...lease } = first;
  while (!lease.cancelled && !store.work.over && !signal?.aborted && performance.now() < end) {
    const changed = store.changes.next(taskId, end - performance.now(), signal);
    const cancelled = (await findTask(store.db, taskId))?.status !== 'running';
    if (cancelled) return { ...lease, cancelled };
    await changed;
  }
  return lease;
}

async function extendNow(
  store: Store,
  leaseId: string,
  bounds: Bounds | undefined,
): Promise<ExtendedLease & { taskId: number }> {
  const { leaseMs } = store;
  const extending = extendLeaseSql(leaseId, leaseMs, signEveryMs(leaseMs));
  const [extended] = await changeLeaseWithin(store.db, bounds, leaseId, (db) => db.query(extending));
  if (extended === undefined) {
    if (await wasExtendedAfterOutage(store, leaseId)) return extendNow(store, leaseId, bounds);
    throw new LostLeaseError(leaseId);
  }
  const { status, ...lease } = extended;
  return { ...lease, holdsForMs: leaseMs, cancelled: status !== 'running' };
}

const extendLeaseSql = statement({
  name: 'extend_lease',
  text: `WITH extended AS (
        UPDATE task_attempts SET lease_expires_at = now() + $2 * interval '1 ms' FROM agents_tasks
        WHERE lease_id = $1 AND task_attempts.finished_at IS NULL AND lease_expires_at > now() AND agents_tasks.id = task_id
        RETURNING lease_expires_at, agents_tasks.status, agents_tasks.id, worker, task_attempts.started_at),
      noted AS (${notedExtension('extended', '$3')})
      SELECT lease_expires_at AS "expiresAt", status, id AS "taskId", EXISTS (
        SELECT 1 FROM worker_drains drain WHERE drain.worker = extended.worker AND requested_at > started_at) AS drained
      FROM extended`,
  row: { expiresAt: col.time, status: col.text, taskId: col.int, drained: col.bool },
});
