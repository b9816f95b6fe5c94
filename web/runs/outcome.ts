import type { RunRowFragment, RunTaskFragment, TaskStatus } from '../generated/graphql.ts';

/** Says what the tasks of a run amount to, in a word that tasks have as well. */
export function outcomeOf({ counts }: Pick<RunRowFragment, 'counts'>): TaskStatus {
  const { total, queued, running, awaitingApproval, failed, succeeded } = counts;
  if (running > 0) return 'RUNNING';
  if (queued === total) return 'QUEUED';
  if (awaitingApproval > 0) return 'AWAITING_APPROVAL';
  if (queued > 0) return 'RUNNING';
  if (failed > 0) return 'FAILED';
  return succeeded > 0 ? 'SUCCEEDED' : 'SKIPPED';
}

/** Whether something of a run may still change by itself. */
export function isOpen({ counts }: Pick<RunRowFragment, 'counts'>): boolean {
  return counts.running > 0 || counts.queued > 0;
}

/** Whether a run has something that a cancellation would end. */
export function isCancellable({ counts }: Pick<RunRowFragment, 'counts'>): boolean {
  return counts.running + counts.queued + counts.awaitingApproval > 0;
}

/** Whether a task is a failure: one that was rejected is a decision. */
export function isFailure({
  status,
  approvalState,
}: Pick<RunTaskFragment, 'status' | 'approvalState'>): boolean {
  return status === 'FAILED' && approvalState !== 'REJECTED';
}
