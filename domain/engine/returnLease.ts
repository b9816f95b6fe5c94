import type { Bounds } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import { attemptReport } from './attemptReport.ts';
import { endLease } from './finishAttempt.ts';

/**
 * Takes the lease of a worker back that is gone, from one that knows that nothing of the attempt runs any more. If its
 * command had begun, the attempt is lost, as if the lease had lapsed; otherwise the task is free again, and no try is spent.
 * An attempt that has ended stays as it is. Gives the task as it is then.
 * @throws UnknownLeaseError when it is not on record; OutOfBoundsError
 */
export async function returnLease(
  store: Store,
  leaseId: string,
  hadBegun: boolean,
  bounds?: Bounds,
): Promise<Task> {
  const { taskId, task } = await endLease(store, leaseId, hadBegun ? 'lost' : neverBegan, {
    isReturned: true,
    bounds,
  });
  return task ?? (await readTask(store.db, taskId));
}

/** As a worker reports it that is stopped before the command begins. */
const neverBegan = attemptReport.parse({
  ending: 'interrupted',
  durationMs: 0,
  reason: 'its worker was killed before its command started',
});
