import { DecisionIsFinalError } from '../input/errors.ts';
import type { TaskChanges } from '../tasks/input.ts';
import { type Task, taskColumns } from '../tasks/task.ts';

/** What a person reviews before deciding, and its times: it can no longer change after the decision. */
const shownFields = ['startedAt', 'finishedAt', 'durationMs', 'outputsUri', 'logExcerpt'] as const;

/** What a report may change in every task, even one that Nightshift runs. */
const openFields = ['webhookNotifiedAt', 'webhookError'] as const;

/** A change as a conditional update takes it: what stands beside the columns of a task is not in it. */
export type ColumnChanges = Omit<TaskChanges, 'approvalState' | 'approver'>;

/** Says whether changes are of the fields that nothing freezes alone. */
export function areOpen(changes: ColumnChanges): boolean {
  return given(changes).every((field) => (openFields as readonly string[]).includes(field));
}

/** Says whether changes touch what a decision freezes. */
export function touchShown(changes: ColumnChanges): boolean {
  return shownFields.some((field) => changes[field] !== undefined);
}

/**
 * Refuses to change what of a task is not a reporter's to change: all of a task that the engine runs, but for how its
 * notification went, and what was shown for a decision that was made. Gives the changes without what stands as they say.
 * @throws DecisionIsFinalError
 */
export function withoutFrozen(
  task: Task,
  isOfEngine: boolean,
  changes: ColumnChanges,
): { changes: ColumnChanges; isChanged: boolean } {
  const decided = task.approvalState !== null && task.approvalState !== 'pending';
  const frozen = isOfEngine
    ? given(changes).filter(
        (field) => field !== 'status' && !(openFields as readonly string[]).includes(field),
      )
    : decided
      ? shownFields.filter((field) => changes[field] !== undefined)
      : [];
  for (const field of frozen) {
    if (isSameValue(changes[field], task[field])) continue;
    const hint = isOfEngine
      ? 'Nightshift runs it, so only its worker reports it. From outside you can only set webhook_notified_at and webhook_error.'
      : `it was ${task.approvalState}, and what the approver saw can no longer change.`;
    throw new DecisionIsFinalError(task.id, taskColumns[field], hint);
  }
  const left = Object.fromEntries(
    Object.entries(changes).filter(([field]) => !(frozen as readonly string[]).includes(field)),
  );
  return { changes: left, isChanged: frozen.length > 0 };
}

/** Refuses to change with a decision what was shown for it. @throws DecisionIsFinalError */
export function refuseOtherThanShown(task: Task, changes: ColumnChanges): void {
  for (const field of ['outputsUri', 'logExcerpt'] as const) {
    if (changes[field] === undefined || isSameValue(changes[field], task[field])) continue;
    const hint = 'the decision in the same request is about what was shown before it.';
    throw new DecisionIsFinalError(task.id, taskColumns[field], hint);
  }
}

function given(changes: ColumnChanges): (keyof ColumnChanges)[] {
  return (Object.keys(changes) as (keyof ColumnChanges)[]).filter((field) => changes[field] !== undefined);
}

function isSameValue(one: unknown, other: unknown): boolean {
  return (one ?? null) === (other ?? null);
}
