import { type ChannelName, channelNames } from '../../../contract/words/notifications.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { DeliveryConfig } from '../config.ts';
import { emailWebhook } from './emailWebhook.ts';
import type { SenderMaker, Senders } from './sender.ts';
import { slack } from './slack.ts';
import { smtp } from './smtp.ts';
import { webhook } from './webhook.ts';

/** Every channel there is: a new one is a file and a line. */
const makers: Record<ChannelName, SenderMaker> = { slack, email_webhook: emailWebhook, smtp, webhook };

/** Makes the senders of the configured channels. */
export function createSenders(config: DeliveryConfig, outbound: Outbound): Senders {
  const senders: Senders = {};
  for (const name of channelNames) {
    const sender = makers[name](config, outbound);
    if (sender) senders[name] = sender;
  }
  return senders;
}
