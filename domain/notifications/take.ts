import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { DeliveryKind } from '../../contract/words/notifications.ts';
import { type ChannelName, channelNames } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { sendInOrder } from '../../database/sendInOrder.ts';
import { col, statement } from '../../database/statement.ts';
import { deliveryQueueOf } from '../queue/deliveryQueues.ts';
import type { TaskQueue } from '../queue/queue.ts';
import type { Store } from '../store.ts';
import type { DeliveryWork } from './notify.ts';

/**
 * Takes the next delivery that is due and claims it for some milliseconds, or gives nothing. What there is no reason
 * to tell any more is cancelled on the way: its approval has ended, or an outside reporter has told of it itself.
 */
export async function takeDelivery(
  store: Pick<Store, 'db' | 'queue'>,
  claimMs: number,
  /** The channels that have room for another. */
  channels: readonly ChannelName[] = channelNames,
): Promise<ClaimedDelivery | undefined> {
  const queue = await store.queue();
  return store.db.transaction(async (tx) => {
    for (const channel of channels) {
      const taken = await takeFrom(tx, queue, deliveryQueueOf(channel), claimMs);
      if (taken) return taken;
    }
    return undefined;
  });
}

async function takeFrom(
  tx: Queryable,
  queue: TaskQueue,
  name: string,
  claimMs: number,
): Promise<ClaimedDelivery | undefined> {
  for (;;) {
    const job = await queue.take<DeliveryWork>(tx, name);
    if (job === undefined) return undefined;
    const [found] = await sendInOrder([
      () => lockDue(tx, job.deliveryId),
      () => queue.settle(tx, name, job.jobId),
    ]);
    if (found?.obsolete) await cancel(tx, found.id, found.obsolete);
    else if (found) return claim(tx, found, claimMs);
  }
}

type Claim = Pick<ClaimedDelivery, 'number' | 'tries' | 'outputsUri' | 'logExcerpt' | 'inputs'>;
type DueDelivery = Omit<ClaimedDelivery, keyof Claim> & { obsolete: string | null };

// The time of a job is exact, that of a delivery to the millisecond.
const isDue = `deliveries.state = 'pending' AND deliveries.due_at <= now() + interval '100 ms' AND (claimed_until IS NULL OR claimed_until <= now())`;

/** Finds a delivery that is due and nobody sends; a job that stands for another one is done with. */
async function lockDue(tx: Queryable, id: string): Promise<DueDelivery | undefined> {
  const [found] = await tx.query(lockDueDelivery(id));
  return found;
}

const lockDueDelivery = statement({
  name: 'lock_due_delivery',
  text: `SELECT deliveries.id, deliveries.kind, channel, recipient, deliveries.task_id AS "taskId", approval_id AS "approvalId",
        deliveries.run_id AS "runId", payload, deliveries.created_at AS "createdAt",
        CASE WHEN approvals.ended_at IS NOT NULL THEN 'not sent: the approval had ended (' || approvals.state || ')'
          WHEN deliveries.kind = 'approval_needed' AND tries = 0 AND step IS NULL AND webhook_notified_at IS NOT NULL
            THEN 'not sent: its reporter has told of it' END AS obsolete
      FROM deliveries LEFT JOIN approvals ON approvals.id = approval_id LEFT JOIN agents_tasks ON agents_tasks.id = deliveries.task_id
      WHERE deliveries.id = $1 AND ${isDue} FOR UPDATE OF deliveries`,
  row: {
    id: col.text,
    kind: col.word<DeliveryKind>(),
    channel: col.word<ChannelName>(),
    recipient: col.text.orNull,
    taskId: col.int.orNull,
    approvalId: col.int.orNull,
    runId: col.text.orNull,
    payload: col.json<unknown>(),
    createdAt: col.time,
    obsolete: col.text.orNull,
  },
});

async function cancel(tx: Queryable, id: string, why: string): Promise<void> {
  await tx.query(cancelDelivery(id, why));
}

const cancelDelivery = statement({
  name: 'cancel_delivery',
  text: `UPDATE deliveries SET state = 'cancelled', claimed_until = NULL, error = $2 WHERE id = $1`,
});

/** Reads its task once the row is locked, so that what it tells is no older than its facts. */
async function claim(
  tx: Queryable,
  { obsolete: _moot, ...found }: DueDelivery,
  claimMs: number,
): Promise<ClaimedDelivery> {
  const [claimed] = await tx.query(claimDelivery(found.id, claimMs, found.taskId));
  if (claimed) return { ...found, ...claimed };
  throw new Error(`Delivery ${found.id} disappeared although its row was locked.`);
}

const claimDelivery = statement({
  name: 'claim_delivery',
  text: `WITH claimed AS (
        UPDATE deliveries SET tries = tries + 1, claimed_until = clock_timestamp() + $2 * interval '1 ms' WHERE id = $1
        RETURNING id, tries AS number, tries - try_base AS tries),
      begun AS (INSERT INTO delivery_tries (delivery_id, number, began_at) SELECT id, number, clock_timestamp() FROM claimed)
      SELECT number, tries, outputs_uri AS "outputsUri", log_excerpt AS "logExcerpt", inputs
      FROM claimed LEFT JOIN agents_tasks ON agents_tasks.id = $3`,
  row: {
    number: col.int,
    tries: col.int,
    outputsUri: col.text.orNull,
    logExcerpt: col.text.orNull,
    inputs: col.json<unknown>().sure,
  },
});
