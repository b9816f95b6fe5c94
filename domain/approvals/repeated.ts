import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import { decisionFacts } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { isBy, votedBefore } from '../audit/votes.ts';
import { isOf } from '../input/viewer.ts';
import type { Task } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import type { DecisionRequest } from './decisionRequest.ts';

/** Says whether a wish is one that the same viewer has had before, and that was followed: it is a success and changes nothing. */
export async function isRepeated(
  tx: Queryable,
  wish: DecisionRequest,
  task: Task,
  approval: OpenApproval | undefined,
): Promise<boolean> {
  const { action, by, approver = by.id } = wish;
  if (await repeatsGate(tx, wish, approval)) return true;
  if (action === 'approve' && task.approvalState === 'pending')
    return approval?.voters.some((voter) => isOf(by, voter)) ?? false;
  if (task.approvalState !== decisionFacts[action].approvalState) return false;
  const isSameApprover = task.approver !== null && isSame(task.approver, approver);
  return isSameApprover || (action === 'approve' && (await votedBefore(tx, task.id, by.id)));
}

/**
 * Whether a wish repeats the approval of a task's gate: it names that one, or names none while the task awaits nothing.
 * The task's own fields say nothing of a gate any more.
 */
async function repeatsGate(
  tx: Queryable,
  { id, action, by, approvalId }: DecisionRequest,
  open: OpenApproval | undefined,
): Promise<boolean> {
  if (action !== 'approve' || (approvalId == null ? open !== undefined : approvalId === open?.id))
    return false;
  const votes = await tx.query(gateApprovedBefore(id, approvalId ?? null, identityKey(by.id)));
  return votes.length > 0;
}

const gateApprovedBefore = statement({
  name: 'gate_approved_before',
  text: `SELECT 1 FROM decisions WHERE approval_id = (
        SELECT max(id) FROM approvals WHERE task_id = $1 AND kind = 'gate' AND state = 'approved' AND id = coalesce($2::int, id))
      AND ${isBy('$3')} AND action = 'approve' AND outcome IN ('voted', 'decided') LIMIT 1`,
});
