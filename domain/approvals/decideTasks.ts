import type { DecisionAction } from '../../contract/words/decisions.ts';
import { recordedBy, recordForEach } from '../audit/audit.ts';
import { findTasksOutside } from '../bounds/withinBounds.ts';
import {
  AlreadyDecidedError,
  HeadMovedError,
  InvalidInputError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  NotFoundError,
  OutOfBoundsError,
} from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import type { Task } from '../tasks/task.ts';
import { decideTask } from './decide.ts';
import type { DecisionDetails } from './decisionRequest.ts';
import type { Shown } from './shown.ts';

/** So many tasks are decided with one call at most. */
export const maxDecidedTogether = 50;

/** Why one of several tasks was not decided. */
export const refusals = [
  NotFoundError,
  NotAwaitingApprovalError,
  AlreadyDecidedError,
  MayNotDecideError,
  HeadMovedError,
  NotAsShownError,
] as const;
export type Refusal = InstanceType<(typeof refusals)[number]>;

/**
 * Decides several tasks the same way, each as it was shown, in a transaction of its own and in the order given; a refusal
 * keeps none of the others. Gives the task or the refusal of each.
 * @throws InvalidInputError for none, or more than 50; OutOfBoundsError if one is outside, before any is decided
 */
export async function decideTasks(
  store: Store,
  viewer: Viewer,
  tasks: readonly ({ id: number } & Shown)[],
  action: DecisionAction,
  details: Pick<DecisionDetails, 'note' | 'via'> = {},
): Promise<(Task | Refusal)[]> {
  if (tasks.length === 0 || tasks.length > maxDecidedTogether) {
    const message = `expected 1 to ${maxDecidedTogether} tasks, got ${tasks.length}`;
    throw new InvalidInputError([{ path: [], message, type: 'wrong_count' }]);
  }
  await refuseOutside(store, viewer, tasks, { action, ...details });
  const results: (Task | Refusal)[] = [];
  for (const { id, ...shown } of tasks) {
    results.push(
      await decideTask(store, viewer, id, action, { ...details, ...shown }).catch((error: unknown) => {
        if (isRefusal(error)) return error;
        // It came to lie outside just now, when others were decided already.
        if (error instanceof OutOfBoundsError) return new MayNotDecideError(id, error.message);
        throw error;
      }),
    );
  }
  return results;
}

/** Decides none of several tasks if a key may not decide all of them; each that it may not leaves a row in the record. */
async function refuseOutside(
  { db }: Store,
  viewer: Viewer,
  tasks: readonly { id: number }[],
  { action, note, via = 'graphql' }: Pick<DecisionDetails, 'note' | 'via'> & { action: DecisionAction },
): Promise<void> {
  const ids = tasks.map(({ id }) => id);
  const outside = await findTasksOutside(db, boundsFor(viewer, 'approve'), ids);
  for (const { id, refusal } of outside)
    await recordForEach(db, [{ id }], {
      action,
      outcome: 'refused',
      refusal: refusal.message,
      note,
      via,
      ...recordedBy(viewer),
    });
  const [first] = outside;
  if (first) throw first.refusal;
}

function isRefusal(error: unknown): error is Refusal {
  return refusals.some((kind) => error instanceof kind);
}
