import type { Task } from '../tasks/task.ts';

/** What can have happened to a task when a change of it is told. */
export type TaskEvent =
  | 'created'
  | 'started'
  | 'updated'
  | 'finished'
  | 'approved'
  | 'rejected'
  | 'cancelled';

/** Says what happened to a task that a decision, or the time of its approval, may have ended. */
export function eventOfDecision({ approvalState }: Task): TaskEvent {
  switch (approvalState) {
    case 'approved':
    case 'cancelled':
      return approvalState;
    case 'rejected':
    case 'expired':
      return 'rejected';
    default:
      return 'updated';
  }
}
