import { messageOf } from '../../channels/messages/messageOf.ts';
import { openSenders, type Senders } from '../../channels/openSenders.ts';
import type { Outbound } from '../../channels/outbound/outbound.ts';
import type { DeliveryConfig } from '../../contract/notifications/channels.ts';
import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { DigestFacts } from '../../contract/notifications/facts.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { type DeliveryLimits, deliveryLimits, type SendDelivery, startDeliverer } from './deliverer.ts';

/** What delivery works with beside the store. */
export interface DeliverySetting {
  config: DeliveryConfig;
  outbound: Outbound;
  log: Logger;
  /** Gives the address at which a recipient can decide about an approval, where there is one. */
  linkFor?: ((approvalId: number, recipient: string) => Promise<string | undefined>) | undefined;
  /** Where people reach the server, without a slash at the end; undefined where no link would last. */
  pageBase?: string | undefined;
  limits?: Partial<DeliveryLimits> | undefined;
}

/** Begins to send what the outbox holds by the configured channels. */
export async function startDelivery(
  store: Store,
  { config, outbound, log, linkFor, pageBase, limits }: DeliverySetting,
): Promise<{ stop(): Promise<void> }> {
  const send = createSend(await openSenders(config, outbound), { linkFor, pageBase, log });
  return startDeliverer(store, send, log, { ...deliveryLimits, ...limits });
}

/** Makes what sends one delivery by the channel that it names. */
function createSend(
  senders: Senders,
  { linkFor, pageBase, log }: Pick<DeliverySetting, 'linkFor' | 'pageBase' | 'log'>,
): SendDelivery {
  return async (delivery, signal) => {
    const { id, channel, recipient } = delivery;
    const sender = senders[channel];
    if (sender === undefined)
      return {
        accepted: false,
        error: 'is not configured on the server that tried to send it',
        final: false,
      };
    try {
      const [approvalUrl, decide] = [await linkOf(delivery, linkFor), await linksOf(delivery, linkFor)];
      const message = messageOf(delivery, approvalUrl, { base: pageBase, decide });
      return await sender({ id, recipient, message }, signal);
    } catch (error) {
      log.error({ err: error, id, channel }, 'A notification could not be written');
      return { accepted: false, error: 'could not be written; see the log of the server', final: false };
    }
  };
}

/** A mail's recipient is known by the address, the others by their channel. */
async function linkOf(
  { approvalId, recipient, channel }: ClaimedDelivery,
  linkFor: DeliverySetting['linkFor'],
): Promise<string | undefined> {
  return approvalId === null ? undefined : linkFor?.(approvalId, recipient ?? channel);
}

/** Links to decide about what a digest names, by the approvals; those that have ended since have none. */
async function linksOf(
  { kind, payload, recipient, channel }: ClaimedDelivery,
  linkFor: DeliverySetting['linkFor'],
): Promise<Map<number, string>> {
  const links = new Map<number, string>();
  if (kind !== 'digest' || linkFor === undefined) return links;
  for (const { approvalId } of (payload as DigestFacts).waiting ?? []) {
    const url = await linkFor(approvalId, recipient ?? channel);
    if (url !== undefined) links.set(approvalId, url);
  }
  return links;
}
