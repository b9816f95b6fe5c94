import type { DecisionAction } from '../../contract/words/vocabulary.ts';
import type { Queryable } from '../../database/database.ts';
import { maxInteger } from '../tasks/input.ts';
import { type decisions, sourcesOf } from '../tasks/status.ts';
import { selectTask, type Task } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import type { DecisionRequest } from './decisionRequest.ts';

/** Carries out what was decided: the task ends, or runs once its gate was approved. */
export function conclude(
  tx: Queryable,
  wish: DecisionRequest,
  approval: OpenApproval | undefined,
  decision: (typeof decisions)[DecisionAction],
): Promise<Task> {
  const passes = approval?.kind === 'gate' && wish.action === 'approve';
  return passes ? passGate(tx, wish.id) : endTask(tx, wish, decision);
}

/** Lets a task run whose gate was approved; whoever did so stands in the record and on the approval. */
async function passGate(tx: Queryable, id: number): Promise<Task> {
  const [passed] = await tx.query<Task>({
    name: 'pass_gate',
    text: `UPDATE agents_tasks SET status = 'queued', gate = 'approved', reason = NULL, approval_state = NULL, approver = NULL, approval_note = NULL
      WHERE id = $1 AND status = 'awaiting_approval' AND gate = 'open' RETURNING ${selectTask}`,
    values: [id],
  });
  if (passed) return passed;
  throw new Error(`Task ${id} moved while its row was locked.`);
}

async function endTask(
  tx: Queryable,
  { id, action, by, note, approver = by.id }: DecisionRequest,
  { status, approvalState }: (typeof decisions)[DecisionAction],
): Promise<Task> {
  const [decided] = await tx.query<Task>({
    name: 'decide_task',
    text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4,
        approval_note = coalesce($5, approval_note), reason = coalesce($7, reason), finished_at = coalesce(finished_at, now()),
        duration_ms = coalesce(duration_ms, least(greatest(
          coalesce(extract(epoch FROM coalesce(finished_at, now()) - started_at) * 1000, 0), 0), ${maxInteger})::int)
      WHERE id = $1 AND status = ANY($6) RETURNING ${selectTask}`,
    values: [
      id,
      status,
      approvalState,
      approver,
      note,
      sourcesOf(status, action),
      reasonOf(action, approver, note),
    ],
  });
  if (decided) return decided;
  throw new Error(`Task ${id} moved while its row was locked.`);
}

/** Why a task ended that was decided against. */
function reasonOf(action: DecisionAction, approver: string, note: string | null | undefined): string | null {
  if (action === 'approve') return null;
  return `${action === 'reject' ? 'rejected' : 'cancelled'} by ${approver}${note ? `: ${note}` : ''}`;
}
