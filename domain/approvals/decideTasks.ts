import {
  AlreadyDecidedError,
  HeadMovedError,
  InvalidInputError,
  MayNotDecideError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../errors.ts';
import type { Store } from '../store.ts';
import type { Task } from '../tasks/task.ts';
import type { Viewer } from '../viewer.ts';
import type { DecisionAction } from '../vocabulary.ts';
import { type DecisionDetails, decideTask } from './decide.ts';

/** So many tasks are decided with one call at most. */
export const maxDecidedTogether = 50;

/** Why one of several tasks was not decided. */
export const refusals = [
  NotFoundError,
  NotAwaitingApprovalError,
  AlreadyDecidedError,
  MayNotDecideError,
  HeadMovedError,
] as const;
export type Refusal = InstanceType<(typeof refusals)[number]>;

/**
 * Decides several tasks the same way, each in a transaction of its own and in the order given; a refusal keeps none of
 * the others. Gives the task or the refusal of each.
 * @throws InvalidInputError for none, or more than 50
 */
export async function decideTasks(
  store: Store,
  viewer: Viewer,
  ids: readonly number[],
  action: DecisionAction,
  details: DecisionDetails = {},
): Promise<(Task | Refusal)[]> {
  if (ids.length === 0 || ids.length > maxDecidedTogether) {
    const message = `expected 1 to ${maxDecidedTogether} tasks, got ${ids.length}`;
    throw new InvalidInputError([{ path: [], message, type: 'wrong_count' }]);
  }
  const results: (Task | Refusal)[] = [];
  for (const id of ids) {
    results.push(
      await decideTask(store, viewer, id, action, details).catch((error: unknown) => {
        if (isRefusal(error)) return error;
        throw error;
      }),
    );
  }
  return results;
}

function isRefusal(error: unknown): error is Refusal {
  return refusals.some((kind) => error instanceof kind);
}
