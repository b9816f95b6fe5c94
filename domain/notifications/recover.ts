import { type ChannelName, channelNames } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';
import { enqueueDeliveries } from './notify.ts';

/**
 * Milliseconds until the next delivery on some channels is due or its claim lapses; less than zero when that has passed,
 * null without any.
 */
export async function nextDeliveryIn(
  db: Queryable,
  channels: readonly ChannelName[] = channelNames,
): Promise<number | null> {
  const [next] = await db.query(nextDelivery(channels));
  return next?.millis ?? null;
}

const nextDelivery = statement({
  name: 'next_delivery',
  text: `SELECT (extract(epoch FROM min(greatest(due_at, claimed_until)) - now()) * 1000)::float8 AS millis
      FROM deliveries WHERE state = 'pending' AND channel = ANY($1::text[])`,
  row: { millis: col.float.orNull },
});

/** A delivery that was due so long ago and that nobody has taken has lost its job. */
const lostAfterSeconds = 5;

/**
 * Gives deliveries on some channels a job again whose process went away while it sent them, or whose job was lost; at most 100. Says
 * how many there were; of several replicas that look at once, one finds each.
 */
export async function recoverDeliveries(
  { db, queue: open }: Pick<Store, 'db' | 'queue'>,
  channels: readonly ChannelName[] = channelNames,
): Promise<number> {
  const queue = await open();
  return db.transaction(async (tx) => {
    const lost = await tx.query(recoverDeliveriesSql(channels));
    await enqueueDeliveries(tx, queue, lost);
    return lost.length;
  });
}

const recoverDeliveriesSql = statement({
  name: 'recover_deliveries',
  text: `UPDATE deliveries SET due_at = now(), claimed_until = NULL WHERE id IN (
          SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= now() AND channel = ANY($1::text[])
            AND coalesce(claimed_until, due_at + ${lostAfterSeconds} * interval '1 second') <= now()
          ORDER BY due_at LIMIT 100 FOR UPDATE SKIP LOCKED) RETURNING id, channel`,
  row: { id: col.text, channel: col.word<ChannelName>() },
});
