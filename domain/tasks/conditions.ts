import type { Task } from './task.ts';

/** Holds for an approval whose time was over and that let nothing pass. */
export const hasRunOut = `approvals.state IN ('expired', 'rejected') AND approvals.ended_at >= approvals.expires_at`;

/** The same of one that waited for a pull request: nobody decides it after that, but a merge in its time counts. */
export const hasExpired = `${hasRunOut} AND approvals.pull_number IS NOT NULL`;

/** Holds for so long after an approval's time as a merge within it counts that is heard late. */
export const mayBeHeardLate = `(${hasExpired} AND approvals.ended_at > now() - interval '30 days')`;

/** Holds for a task that silence alone has failed. */
export const isFailedBySilence = `silent_at IS NOT NULL AND status = 'failed' AND step IS NULL`;

/** What the remark begins with that a late report leaves. */
export const lateRemark = 'Silence had failed this task at ';

/** Holds for a task whose reporter was heard of after its silence had failed it. */
export const isLate = `EXISTS (SELECT 1 FROM unnest(remarks) remark WHERE starts_with(remark, '${lateRemark}'))`;

/** Says whether a task failed by itself: what somebody has rejected is a decision. */
export function isFailure({ status, approvalState }: Pick<Task, 'status' | 'approvalState'>): boolean {
  return status === 'failed' && approvalState !== 'rejected';
}

/** Hold, of failed tasks, for failures that somebody has acknowledged, and for those that nobody has. */
export const isAcknowledged = 'acknowledged_at IS NOT NULL';
export const isUnacknowledged = `acknowledged_at IS NULL AND approval_state IS DISTINCT FROM 'rejected'`;
