import { randomUUID } from 'node:crypto';
import type { ChannelName, DeliveryKind } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { deliveryQueueOf } from '../queue/deliveryQueues.ts';
import type { Job, TaskQueue } from '../queue/queue.ts';
import type { Work } from '../queue/work.ts';

/** What is to be told. */
export interface Notification {
  kind: DeliveryKind;
  /** What is known now, for the words that are written when it is sent. */
  payload: object;
  taskId?: number;
  /** Once it has ended, what is not sent yet is not sent any more. */
  approvalId?: number;
  runId?: string;
  /** Not to be sent sooner than after so many seconds. @default 0 */
  afterSeconds?: number;
}

/** What a job stands for: the next try at a delivery. */
export interface DeliveryWork {
  deliveryId: string;
}

/**
 * Writes one delivery for each channel, with its job, in the transaction of the change that it tells of: it is sent if
 * and only if that commits. The caller wakes who sends, as `newWork` says. Gives their ids.
 */
export async function notify(
  { tx, queue, channels }: Work,
  { kind, payload, taskId, approvalId, runId, afterSeconds = 0 }: Notification,
): Promise<string[]> {
  if (channels.length === 0) return [];
  const rows = channels.map(({ name, recipient }) => ({ id: randomUUID(), name, recipient }));
  const written = tx.query(
    addDeliveries(
      rows.map(({ id }) => id),
      rows.map(({ name }) => name),
      rows.map(({ recipient }) => recipient),
      kind,
      taskId,
      approvalId,
      runId,
      JSON.stringify(payload),
      afterSeconds,
    ),
  );
  const queued = enqueueDeliveries(
    tx,
    queue,
    rows.map(({ id, name }) => ({ id, channel: name })),
    afterSeconds,
  );
  await Promise.all([written, queued]);
  return rows.map(({ id }) => id);
}

const addDeliveries = statement({
  name: 'add_deliveries',
  text: `INSERT INTO deliveries (id, kind, channel, recipient, task_id, approval_id, run_id, payload, due_at)
      SELECT wanted.id, $4, wanted.channel, wanted.recipient, $5, $6, $7, $8, now() + $9 * interval '1 second'
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS wanted (id, channel, recipient)`,
});

/** Puts a job for the next try at each of some deliveries into the queue of its channel. */
export async function enqueueDeliveries(
  tx: Queryable,
  queue: TaskQueue,
  deliveries: readonly { id: string; channel: ChannelName }[],
  afterSeconds = 0,
): Promise<void> {
  for (const [channel, together] of Map.groupBy(deliveries, ({ channel }) => channel)) {
    const jobs: Job<DeliveryWork>[] = together.map(({ id }) => ({ jobId: randomUUID(), deliveryId: id }));
    await queue.add(tx, deliveryQueueOf(channel), jobs, { afterSeconds });
  }
}
