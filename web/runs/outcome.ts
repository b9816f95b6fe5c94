import type { RunRowFragment, RunTaskFragment } from '../generated/graphql.ts';

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
