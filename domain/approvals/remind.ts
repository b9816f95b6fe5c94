import type { Queryable } from '../../prisma/database/database.ts';
import { deliveryScope } from '../notify/channel.ts';
import { notifyApproval } from '../notify/notifyApproval.ts';
import { openOutbox } from '../notify/outbox.ts';
import type { Store } from '../store.ts';
import { lockAwaiting } from './lockAwaiting.ts';

/**
 * Reminds of approvals of whose time so much has passed as their policy says, at most 50, each in a transaction of its
 * own. However many replicas look, each reminder is written once; those that are due at once are one. Says how many
 * there were.
 */
export async function remindOfApprovals(store: Store): Promise<number> {
  const outbox = await openOutbox(store);
  if (outbox === undefined) return 0;
  const due = await store.db.query<{ taskId: number; runId: string }>({
    name: 'approvals_to_remind_of',
    text: `SELECT task_id AS "taskId", run_id AS "runId" FROM approvals JOIN agents_tasks ON agents_tasks.id = task_id
      WHERE ended_at IS NULL AND expires_at > now() AND ${passed} > reminders ORDER BY expires_at LIMIT 50`,
  });
  let reminders = 0;
  for (const { taskId, runId } of due) {
    await store.db.transaction(async (tx) => {
      const locked = await lockAwaiting(tx, runId, taskId);
      const approvalId = locked && (await countReminder(tx, taskId));
      if (approvalId === undefined) return;
      await notifyApproval(tx, outbox.queue, outbox.channels, { taskId, approvalId, reason: 'reminder' });
      reminders += 1;
    });
  }
  if (reminders > 0) store.work.wake([deliveryScope]);
  return reminders;
}

/** How many of its reminders the time of an approval has passed; counted again from an escalation. */
const passed = `(SELECT count(*) FROM jsonb_array_elements_text(policy -> 'remind') AS part
  WHERE now() >= expires_at - (1 - part::float8) * (policy ->> 'expiresAfterMs')::float8 * interval '1 ms')`;

/** Notes that a reminder is written, unless another replica has; gives the approval. */
async function countReminder(tx: Queryable, taskId: number): Promise<number | undefined> {
  const [counted] = await tx.query<{ id: number }>({
    name: 'count_reminder',
    text: `UPDATE approvals SET reminders = ${passed}
      WHERE task_id = $1 AND ended_at IS NULL AND expires_at > now() AND ${passed} > reminders RETURNING id`,
    values: [taskId],
  });
  return counted?.id;
}
