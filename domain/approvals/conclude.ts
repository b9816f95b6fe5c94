import type { ApprovalState } from '../../contract/words/approvals.ts';
import type { DecisionFacts } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { maxInteger } from '../tasks/input.ts';
import { sourcesOf } from '../tasks/status.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import type { DecisionRequest } from './decisionRequest.ts';

/** Carries out what was decided: the task ends, or runs once its gate was approved. */
export function conclude(
  tx: Queryable,
  wish: DecisionRequest,
  approval: OpenApproval | undefined,
  decision: Pick<DecisionFacts, 'status' | 'approvalState'>,
): Promise<Task> {
  const passes = approval?.kind === 'gate' && wish.action === 'approve';
  return passes ? passGate(tx, wish.id) : endTask(tx, wish, decision);
}

/** Lets a task run after its gate was approved. The approver is recorded with the approval and in the audit log. */
async function passGate(tx: Queryable, id: number): Promise<Task> {
  const [passed] = await tx.query(passGateSql(id));
  if (passed) return passed;
  throw new Error(`Task ${id} changed although its row was locked.`);
}

const passGateSql = statement({
  name: 'pass_gate',
  text: `UPDATE agents_tasks SET status = 'queued', gate = 'approved', reason = NULL, approval_state = NULL, approver = NULL, approval_note = NULL
      WHERE id = $1 AND status = 'awaiting_approval' AND gate = 'open' RETURNING ${selectTask}`,
  row: taskRow,
});

async function endTask(
  tx: Queryable,
  { id, action, by, note, approver = by.id }: DecisionRequest,
  { status, approvalState }: Pick<DecisionFacts, 'status' | 'approvalState'>,
): Promise<Task> {
  const [decided] = await tx.query(
    decideTask(
      id,
      status,
      approvalState,
      approver,
      note,
      sourcesOf(status, action),
      reasonOf(approvalState, approver, note),
    ),
  );
  if (decided) return decided;
  throw new Error(`Task ${id} changed although its row was locked.`);
}

const decideTask = statement({
  name: 'decide_task',
  text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4,
        approval_note = coalesce($5, approval_note), reason = coalesce($7, reason), finished_at = coalesce(finished_at, now()),
        duration_ms = coalesce(duration_ms, least(greatest(
          coalesce(extract(epoch FROM coalesce(finished_at, now()) - started_at) * 1000, 0), 0), ${maxInteger})::int)
      WHERE id = $1 AND status = ANY($6) RETURNING ${selectTask}`,
  row: taskRow,
});

/** Why a task ended that was decided against. */
function reasonOf(state: ApprovalState, approver: string, note: string | null | undefined): string | null {
  if (state === 'approved') return null;
  return `${state} by ${approver}${note ? `: ${note}` : ''}`;
}
