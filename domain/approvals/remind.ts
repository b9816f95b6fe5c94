import type { Queryable } from '../../database/database.ts';
import { briefly, eachApart } from '../../database/eachApart.ts';
import { col, statement } from '../../database/statement.ts';
import {
  type ApprovalReason,
  notifyApproval,
  reporterGraceSeconds,
} from '../notifications/notifyApproval.ts';
import { openOutbox } from '../notifications/outbox.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import { lockAwaiting } from './lockAwaiting.ts';

/**
 * Reminds of approvals of whose time so much has passed as their policy says, at most 50. However many replicas look,
 * each reminder is written once; those that are due at once are one. Says how many there were.
 */
export async function remindOfApprovals(store: Store): Promise<number> {
  return tellEach(store, 'reminder', countReminder, () => store.db.query(approvalsToRemindOf()));
}

/**
 * Tells of open approvals of which nobody was told though their reporters had the time, at most 50: they began to wait
 * when no channel was configured, or where none was. Says how many there were.
 */
export async function tellForgotten(store: Store): Promise<number> {
  return tellEach(
    store,
    'needed',
    async () => true,
    () => store.db.query(forgottenApprovals()),
  );
}

const forgottenApprovals = statement({
  name: 'forgotten_approvals',
  text: `SELECT task_id AS "taskId", run_id AS "runId" FROM approvals JOIN agents_tasks ON agents_tasks.id = task_id
    WHERE ended_at IS NULL AND webhook_notified_at IS NULL AND (expires_at > now()) IS NOT FALSE
      AND requested_at <= now() - ${reporterGraceSeconds} * interval '1 second'
      AND NOT EXISTS (SELECT 1 FROM deliveries WHERE approval_id = approvals.id) ORDER BY approvals.id LIMIT 50`,
  row: { taskId: col.int, runId: col.text },
});

/** Tells of each approval that is found, in a transaction of its own, unless it has changed meanwhile. */
async function tellEach(
  store: Store,
  reason: ApprovalReason,
  isStillTrue: (tx: Queryable, taskId: number) => Promise<boolean>,
  readDue: () => Promise<{ taskId: number; runId: string }[]>,
): Promise<number> {
  const outbox = await openOutbox(store);
  if (outbox === undefined) return 0;
  const due = await readDue();
  let count = 0;
  const tell = async (tx: Queryable, { taskId }: { taskId: number }) => {
    const locked = await lockAwaiting(tx, taskId);
    if (!locked || !(await isStillTrue(tx, taskId))) return false;
    await notifyApproval({ ...outbox, tx }, { taskId, reason });
    return true;
  };
  try {
    await eachApart(due, async (one) => {
      if (await store.db.transaction((tx) => tell(tx, one), briefly)) count += 1;
    });
  } finally {
    if (count > 0) store.work.wake(newDeliveries);
  }
  return count;
}

/** How many of its reminders the time of an approval has passed; counted again from an escalation. */
const passed = `(SELECT count(*) FROM jsonb_array_elements_text(policy -> 'remind') AS part
  WHERE now() >= expires_at - (1 - part::float8) * (policy ->> 'expiresAfterMs')::float8 * interval '1 ms')`;

const approvalsToRemindOf = statement({
  name: 'approvals_to_remind_of',
  text: `SELECT task_id AS "taskId", run_id AS "runId" FROM approvals JOIN agents_tasks ON agents_tasks.id = task_id
    WHERE ended_at IS NULL AND expires_at > now() AND ${passed} > reminders ORDER BY expires_at LIMIT 50`,
  row: { taskId: col.int, runId: col.text },
});

/** Notes that a reminder is written, unless another replica has. */
async function countReminder(tx: Queryable, taskId: number): Promise<boolean> {
  const counted = await tx.query(countReminderSql(taskId));
  return counted.length > 0;
}

const countReminderSql = statement({
  name: 'count_reminder',
  text: `UPDATE approvals SET reminders = ${passed}
      WHERE task_id = $1 AND ended_at IS NULL AND expires_at > now() AND ${passed} > reminders RETURNING 1`,
});
