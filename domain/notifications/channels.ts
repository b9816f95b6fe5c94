import type { Channel, ChannelName } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type Delivery, deliveryRow, selectDelivery } from './delivery.ts';

/** A channel of the server, and the last that was to go there. */
export interface ChannelState extends Channel {
  lastDelivery: Delivery | null;
}

/** Reads the last delivery of each channel with one statement, in the order of the channels. */
export async function readChannels(db: Queryable, channels: readonly Channel[]): Promise<ChannelState[]> {
  if (channels.length === 0) return [];
  const rows = await db.query(
    lastDeliveries(
      channels.map(({ name }) => name),
      channels.map(({ recipient }) => recipient),
    ),
  );
  const found = new Map(rows.map(({ place, ...delivery }) => [place, delivery]));
  return channels.map((channel, index) => ({ ...channel, lastDelivery: found.get(index + 1) ?? null }));
}

const lastDeliveries = statement({
  name: 'last_deliveries',
  text: `SELECT wanted.place::int AS place, found.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(name, recipient, place)
      CROSS JOIN LATERAL (SELECT ${selectDelivery} FROM deliveries WHERE channel = wanted.name
        AND deliveries.recipient IS NOT DISTINCT FROM wanted.recipient ORDER BY created_at DESC, id DESC LIMIT 1) found`,
  row: { place: col.int, ...deliveryRow },
});

/** How people name a channel: a mail by its address too. */
export function channelLabel({ name, recipient }: { name: ChannelName; recipient: string | null }): string {
  return recipient === null ? name : `${name} ${recipient}`;
}
