import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { system } from '../input/viewer.ts';
import { hasExpired } from '../tasks/conditions.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';

/** An approval that waits again, in the transaction that has reopened it. */
export interface Reopened {
  /** Its task as it was. */
  before: Task;
  task: Task;
  /** Ends it as it had ended. */
  expireAgain(): Promise<void>;
}

/**
 * Lets an approval that nobody decided in time wait again for something that was done within its time and is heard only now;
 * nothing where its task went on to something else. Its task's row is locked already.
 */
export async function reopenExpired(
  tx: Queryable,
  before: Task,
  approvalId: number,
  madeAt: string,
): Promise<Reopened | undefined> {
  if (before.approver !== system.id || before.status !== 'failed') return undefined;
  const [approval] = await tx.query(reopenExpiredApproval(before.id, approvalId, madeAt));
  if (approval === undefined) return undefined;
  const [task] = await tx.query(reopenExpiredTask(before.id));
  if (task === undefined) throw new Error(`Task ${before.id} disappeared although its row was locked.`);
  return { before, task, expireAgain: () => expireAgain(tx, before, { approvalId, ...approval }) };
}

const reopenExpiredApproval = statement({
  name: 'reopen_expired_approval',
  text: `UPDATE approvals SET state = 'pending', ended_at = NULL
      FROM (SELECT id, ended_at AS "endedAt", (SELECT reason FROM agents_tasks WHERE id = $1) AS reason
        FROM approvals WHERE id = (SELECT max(id) FROM approvals WHERE task_id = $1)) old
      WHERE approvals.id = old.id AND approvals.id = $2 AND ${hasExpired}
        AND $3::timestamptz(3) > requested_at AND $3::timestamptz(3) <= expires_at
      RETURNING old."endedAt", old.reason`,
  row: { endedAt: col.time.sure, reason: col.text.orNull },
});

const reopenExpiredTask = statement({
  name: 'reopen_expired_task',
  text: `UPDATE agents_tasks SET status = 'awaiting_approval', approval_state = 'pending', approver = NULL, reason = NULL
      WHERE id = $1 RETURNING ${selectTask}`,
  row: taskRow,
});

async function expireAgain(
  tx: Queryable,
  before: Task,
  { approvalId, endedAt, reason }: { approvalId: number; endedAt: string; reason: string | null },
): Promise<void> {
  await tx.query(expireTaskAgain(before.id, before.status, before.approvalState, before.approver, reason));
  await tx.query(expireApprovalAgain(approvalId, endedAt));
}

const expireTaskAgain = statement({
  name: 'expire_task_again',
  text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4, reason = $5 WHERE id = $1`,
});

const expireApprovalAgain = statement({
  name: 'expire_approval_again',
  text: 'UPDATE approvals SET ended_at = $2 WHERE id = $1',
});
