import type { ChannelName, DeliveryKind, DeliveryState } from '../../contract/words/notifications.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Prisma } from '../../prisma/generated/client.ts';

/** One notification to one channel. Times are ISO 8601 strings in UTC. */
export interface Delivery {
  id: string;
  kind: DeliveryKind;
  channel: ChannelName;
  recipient: string | null;
  taskId: number | null;
  runId: string | null;
  state: DeliveryState;
  dueAt: string;
  deliveredAt: string | null;
  /** Why the last try failed, or why it was not sent. */
  error: string | null;
  createdAt: string;
}

/** One try to send a delivery. */
export type DeliveryTry = Prisma.DeliveryTryGetPayload<object>;

/** The select list that yields a `Delivery`. */
export const selectDelivery = `id, kind, channel, recipient, task_id AS "taskId", run_id AS "runId", state, due_at AS "dueAt",
  delivered_at AS "deliveredAt", error, created_at AS "createdAt"`;

/** Its columns. */
export const deliveryRow = {
  id: col.text,
  kind: col.word<DeliveryKind>(),
  channel: col.word<ChannelName>(),
  recipient: col.text.orNull,
  taskId: col.int.orNull,
  runId: col.text.orNull,
  state: col.word<DeliveryState>(),
  dueAt: col.time,
  deliveredAt: col.time.orNull,
  error: col.text.orNull,
  createdAt: col.time,
};

/** The most deliveries that a task shows, and the most tries that a delivery shows. */
export const maxShown = 50;

/** Reads the latest deliveries of several tasks with one statement, in the order of the ids; of each the latest first. */
export async function readDeliveries(db: Queryable, taskIds: readonly number[]): Promise<Delivery[][]> {
  const deliveries = await db.query(deliveriesOfTasks(taskIds));
  const byTask = Map.groupBy(deliveries, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

const deliveriesOfTasks = statement({
  name: 'deliveries_of_tasks',
  text: `SELECT found.* FROM unnest($1::int[]) AS wanted CROSS JOIN LATERAL (SELECT ${selectDelivery} FROM deliveries
        WHERE task_id = wanted ORDER BY created_at DESC, id LIMIT ${maxShown}) found`,
  row: deliveryRow,
});

/** Reads several deliveries with one statement, in the order of the ids; null where there is none. */
export async function findDeliveries(db: Queryable, ids: readonly string[]): Promise<(Delivery | null)[]> {
  const deliveries = await db.query(deliveriesByIds(ids));
  const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  return ids.map((id) => byId.get(id) ?? null);
}

const deliveriesByIds = statement({
  name: 'deliveries_by_ids',
  text: `SELECT ${selectDelivery} FROM deliveries WHERE id = ANY($1::uuid[])`,
  row: deliveryRow,
});

/** Reads the latest tries of several deliveries with one statement, in the order of the ids; of each the first one first. */
export async function readTries(
  { prisma }: Pick<Database, 'prisma'>,
  ids: readonly string[],
): Promise<DeliveryTry[][]> {
  const tries = await prisma.deliveryTry.findMany({
    where: { deliveryId: { in: [...ids] } },
    orderBy: { number: 'asc' },
  });
  const byDelivery = Map.groupBy(tries, ({ deliveryId }) => deliveryId);
  return ids.map((id) => byDelivery.get(id)?.slice(-maxShown) ?? []);
}
