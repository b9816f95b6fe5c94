import type { SendOutcome } from '../../../contract/notifications/delivery.ts';
import type { ChannelName } from '../../../contract/words/notifications.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { DeliveryConfig } from '../config.ts';
import type { Message } from '../messages/message.ts';

/** One message for one receiver. */
export interface Letter {
  /** The same with every try, so that a receiver knows what it has seen. */
  id: string;
  recipient: string | null;
  message: Message;
}

/** Sends letters by one channel; tells what came of it and never throws. */
export type Sender = (letter: Letter, signal: AbortSignal) => Promise<SendOutcome>;

/** Makes the sender of a channel, or nothing when it is not configured. */
export type SenderMaker = (config: DeliveryConfig, outbound: Outbound) => Sender | undefined;

/** The senders that a server has. */
export type Senders = Partial<Record<ChannelName, Sender>>;

/** By which header every receiver knows a letter that comes again. */
export const deliveryHeader = 'x-nightshift-delivery';
