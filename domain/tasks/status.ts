import type { ApprovalState } from '../../contract/words/approvals.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { decisionActions, decisionFacts } from '../../contract/words/decisions.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { isFinalStatus, taskStatuses } from '../../contract/words/taskStatus.ts';

/** Who can move a status: a report of the work itself, a decision about it, or the engine, since nobody claims it. */
export type Mover = 'report' | 'cancel' | 'approve' | 'reject' | 'unclaimed';

/** To which statuses each kind of mover may take a task, by the status it has. */
const moves: Record<TaskStatus, Partial<Record<Mover, readonly TaskStatus[]>>> = {
  queued: {
    report: ['running', 'succeeded', 'failed', 'awaiting_approval', 'skipped'],
    cancel: ['skipped'],
    unclaimed: ['failed', 'skipped'],
  },
  running: {
    report: ['queued', 'succeeded', 'failed', 'awaiting_approval', 'skipped'],
    cancel: ['skipped'],
  },
  awaiting_approval: { approve: ['succeeded'], reject: ['failed'], cancel: ['skipped'] },
  succeeded: {},
  failed: {},
  skipped: {},
};

/** Says whether the table allows a mover to take a task from one status to another; staying is no move and always allowed. */
export function canMove(from: TaskStatus, to: TaskStatus, mover: Mover): boolean {
  return from === to || (moves[from][mover]?.includes(to) ?? false);
}

/** Lists the statuses from which a mover may reach one, for conditional updates. */
export function sourcesOf(to: TaskStatus, mover: Mover): TaskStatus[] {
  return taskStatuses.filter((from) => moves[from][mover]?.includes(to));
}

/** Says what a caller whose move was refused can do instead. */
export function explainRefusal(from: TaskStatus): string {
  if (from === 'awaiting_approval') return 'approve, reject or cancel it instead.';
  if (isFinalStatus(from)) return `${from} is final.`;
  const reachable = moves[from].report ?? [];
  return `from ${from} a report may change it to ${reachable.join(', ')}.`;
}

/** Finds the decision that leads to an approval state, or nothing for `pending` and `expired`. */
export function decisionFor(state: ApprovalState): DecisionAction | undefined {
  return decisionActions.find((action) => decisionFacts[action].approvalState === state);
}
