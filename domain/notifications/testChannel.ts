import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { plural } from '../../contract/text/plural.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { type Channel, channelNames } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import type { Store } from '../store.ts';
import { channelLabel } from './channels.ts';
import { type Delivery, findDeliveries } from './delivery.ts';
import { ChannelTestRefusedError } from './errors.ts';
import { notify } from './notify.ts';

/** Which channel to test. */
export const channelTestInput = z.object({
  channel: z.enum(channelNames),
  /** The address of a mail. */
  recipient: z.string().max(320).nullish(),
});

/** So long after a test message a channel gets no other. */
const pauseSeconds = 30;

/** Clients take ten seconds without an answer for a server that is gone. */
const patienceMs = 8000;

/**
 * Sends one test message by the way of all notifications, once: a failure is not tried again. Waits some seconds for what
 * comes back, and gives the delivery as it stands then. Who did it is on record.
 * @throws InvalidInputError, ChannelTestRefusedError, OutOfBoundsError for a key with any bound
 */
export async function testChannel(
  store: Store,
  viewer: Viewer,
  { channel: name, recipient = null }: z.output<typeof channelTestInput>,
  { via = 'graphql', signal }: { via?: DecisionVia | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Delivery> {
  refuseBounded(boundsFor(viewer, 'admin'), 'send a test message');
  const channel = store.channels?.find((one) => one.name === name && one.recipient === recipient);
  if (channel === undefined) throw unknownChannel(store.channels ?? [], { name, recipient });
  const queue = await store.queue();
  const id = await store.db.transaction(async (tx) => {
    await refuseSoon(tx, channel);
    const [written] = await notify({ tx, queue, channels: [channel] }, { kind: 'test', payload: {} });
    await recordDecision(tx, {
      action: 'test_channel',
      outcome: 'done',
      subject: channelLabel(channel),
      note: `delivery ${written}`,
      via,
      ...recordedBy(viewer),
    });
    return written ?? '';
  });
  store.work.wake(newDeliveries);
  return awaitOutcome(store.db, id, signal);
}

function unknownChannel(
  channels: readonly Channel[],
  wanted: Pick<Channel, 'name' | 'recipient'>,
): InvalidInputError {
  const known = channels.map(channelLabel).join(', ');
  const message = `expected ${known === '' ? 'a channel, of which this server has none' : `one of ${known}`}, got ${channelLabel(wanted)}`;
  return new InvalidInputError([{ path: ['channel'], message, type: 'unknown_channel' }]);
}

/** Of several that come at once for a channel, one may. @throws ChannelTestRefusedError */
async function refuseSoon(tx: Queryable, { name, recipient }: Channel): Promise<void> {
  const label = channelLabel({ name, recipient });
  await tx.query(lockChannelTests(label));
  const [recent] = await tx.query(recentTest(name, recipient));
  if (recent === undefined) return;
  throw new ChannelTestRefusedError(
    `${label} had a test message less than ${pauseSeconds} seconds ago. Try again in ${plural(recent.seconds, 'second')}.`,
  );
}

const lockChannelTests = statement({
  name: 'lock_channel_tests',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift test of ' || $1, 0))`,
});

const recentTest = statement({
  name: 'recent_test',
  text: `SELECT greatest(1, ceil(${pauseSeconds} - extract(epoch FROM now() - created_at)))::int AS seconds FROM deliveries
      WHERE kind = 'test' AND channel = $1 AND recipient IS NOT DISTINCT FROM $2
        AND created_at > now() - ${pauseSeconds} * interval '1 second' ORDER BY created_at DESC LIMIT 1`,
  row: { seconds: col.int },
});

/** Looks until it was sent or failed, or long enough: whoever sends it may be another server. */
async function awaitOutcome(db: Queryable, id: string, signal?: AbortSignal): Promise<Delivery> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const [delivery] = await findDeliveries(db, [id]);
    if (delivery == null) throw new Error(`Delivery ${id} disappeared while it was being sent.`);
    if (delivery.state !== 'pending' || signal?.aborted || performance.now() >= end) return delivery;
    await wait(200);
  }
}
