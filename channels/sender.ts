import type { ChannelSettings } from '../contract/notifications/channels.ts';
import type { SendOutcome } from '../contract/notifications/delivery.ts';
import type { ChannelName } from '../contract/words/notifications.ts';
import type { Message } from './messages/message.ts';
import type { Outbound } from './outbound/outbound.ts';

/** A message, perhaps of no delivery that is on record. */
export interface Notice {
  /** The same with every try, so that a receiver knows what it has seen. */
  id?: string;
  message: Omit<Message, 'type' | 'data'>;
}

/** One message for one receiver. */
export interface OutgoingMessage extends Notice {
  id: string;
  recipient: string | null;
  message: Message;
}

/** Sends messages by one channel; says what came of it and never throws. */
export type Sender<M = OutgoingMessage> = (outgoing: M, signal: AbortSignal) => Promise<SendOutcome>;

/** Makes the sender of a channel from its variables. */
export type OpenSender<N extends ChannelName> = (settings: ChannelSettings<N>, outbound: Outbound) => Sender;

/** Makes a sender that needs no record of deliveries and only HTTP: whoever runs a plan without a server uses it as well. */
export type OpenWebhook<N extends ChannelName> = (
  settings: ChannelSettings<N>,
  outbound: Pick<Outbound, 'fetch'>,
) => Sender<Notice>;

/** By which header every receiver knows a message that comes again. */
const deliveryHeader = 'x-nightshift-delivery';

/** The headers that name a delivery. */
export function headersOf({ id }: Notice): Record<string, string> {
  return id === undefined ? {} : { [deliveryHeader]: id };
}
