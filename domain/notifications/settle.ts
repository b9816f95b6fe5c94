import type { ClaimedDelivery, SendOutcome } from '../../contract/notifications/delivery.ts';
import type { DeliveryState } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { sendInOrder } from '../../database/sendInOrder.ts';
import { statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import { pauseAfter } from './backoff.ts';
import { enqueueDeliveries } from './notify.ts';

/**
 * Writes down what came of a try, in one transaction: the try, what becomes of the delivery, the job for the next try,
 * and what the task's record says of it. Says where the delivery stands then; nothing when its claim had lapsed and
 * another process sends it.
 */
export async function settleDelivery(
  store: Pick<Store, 'db' | 'queue' | 'changes'>,
  delivery: ClaimedDelivery,
  outcome: SendOutcome,
): Promise<Exclude<DeliveryState, 'cancelled'> | undefined> {
  const queue = await store.queue();
  const { tries } = delivery;
  // Whoever tries a channel waits for what comes of the one try.
  const isLast = outcome.accepted || outcome.final || delivery.kind === 'test';
  const pause = isLast ? undefined : pauseAfter(tries, outcome.retryAfterMs ?? 0);
  const state = outcome.accepted ? 'delivered' : pause === undefined ? 'failed' : 'pending';
  const { isOurs, task } = await store.db.transaction(async (tx) => {
    // The task comes first, so that of two channels that answer at once the second sees what the first was told.
    const [, , isOurs] = await sendInOrder([
      () => lockTask(tx, delivery.taskId),
      () => endTry(tx, delivery, outcome),
      () => move(tx, delivery, state, outcome, pause),
    ]);
    if (!isOurs) return { isOurs, task: undefined };
    if (pause !== undefined) await enqueueDeliveries(tx, queue, [delivery], pause);
    return { isOurs, task: await noteOnTask(tx, delivery, outcome) };
  });
  if (task) store.changes.publish(task);
  return isOurs ? state : undefined;
}

async function lockTask(tx: Queryable, taskId: number | null): Promise<void> {
  if (taskId === null) return;
  await tx.query(lockToldTask(taskId));
}

const lockToldTask = statement({
  name: 'lock_told_task',
  text: 'SELECT 1 FROM agents_tasks WHERE id = $1 FOR NO KEY UPDATE',
});

async function endTry(
  tx: Queryable,
  { id, number }: ClaimedDelivery,
  { statusCode, ...outcome }: SendOutcome,
): Promise<void> {
  await tx.query(endDeliveryTry(id, number, statusCode, outcome.accepted ? null : outcome.error));
}

const endDeliveryTry = statement({
  name: 'end_delivery_try',
  text: `UPDATE delivery_tries SET ended_at = clock_timestamp(), status_code = $3, error = $4
      WHERE delivery_id = $1 AND number = $2`,
});

/** Says whether the delivery was still this try's. */
async function move(
  tx: Queryable,
  { id, number }: ClaimedDelivery,
  state: string,
  outcome: SendOutcome,
  pause = 0,
): Promise<boolean> {
  const moved = await tx.query(
    moveDelivery(id, number, state, outcome.accepted ? null : outcome.error, pause),
  );
  return moved.length > 0;
}

const moveDelivery = statement({
  name: 'move_delivery',
  text: `UPDATE deliveries SET state = $3::text, claimed_until = NULL, error = $4,
        due_at = CASE WHEN $3::text = 'pending' THEN now() + $5 * interval '1 second' ELSE due_at END,
        delivered_at = CASE WHEN $3::text = 'delivered' THEN clock_timestamp() END
      WHERE id = $1 AND tries = $2 AND state = 'pending' RETURNING 1`,
});

/** The task says since when all its channels know, and what failed last. */
async function noteOnTask(
  tx: Queryable,
  { taskId, approvalId, kind, channel }: ClaimedDelivery,
  outcome: SendOutcome,
): Promise<Task | undefined> {
  if (taskId === null || approvalId === null) return undefined;
  const [task] = await tx.query(
    noteToldOnTask(taskId, approvalId, kind, outcome.accepted ? null : `${channel}: ${outcome.error}`),
  );
  return task;
}

const noteToldOnTask = statement({
  name: 'note_told_on_task',
  text: `UPDATE agents_tasks SET webhook_error = coalesce($4, told.error),
        webhook_notified_at = CASE WHEN told.everybody THEN now() ELSE webhook_notified_at END
      FROM (SELECT bool_and(state = 'delivered') FILTER (WHERE kind = $3) AS everybody,
          (array_agg(channel || ': ' || error ORDER BY due_at DESC)
            FILTER (WHERE state IN ('pending', 'failed') AND error IS NOT NULL))[1] AS error
        FROM deliveries WHERE approval_id = $2) told
      WHERE agents_tasks.id = $1 RETURNING ${selectTask}`,
  row: taskRow,
});
