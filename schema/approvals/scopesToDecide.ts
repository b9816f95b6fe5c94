import type { DecisionAction } from '../../contract/words/decisions.ts';
import { recordForbidden } from '../../domain/approvals/forbidden.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import type { Context } from '../context.ts';
import type { Needed } from '../needs.ts';

/** Hands on the scopes that a decision needs; somebody known who lacks them leaves a row in the record of decisions. */
export async function scopesToDecide(
  { store, viewer, via = 'graphql' }: Context,
  { needed, action }: { needed: Needed; action: DecisionAction },
  readIds: () => readonly number[],
): Promise<Needed> {
  await recordForbidden(store.db, viewer, { ids: readable(readIds), action, via });
  return needed;
}

/** What names no task is told only to those who may decide. */
function readable(readIds: () => readonly number[]): readonly number[] {
  try {
    return readIds();
  } catch (error) {
    if (error instanceof InvalidInputError) return [];
    throw error;
  }
}
