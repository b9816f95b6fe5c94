import type { DeliveryConfig } from '../contract/notifications/channels.ts';
import { type ChannelName, channelNames } from '../contract/words/notifications.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { OpenSender, Sender } from './sender.ts';

/** The senders of the channels that are configured. */
export type Senders = Partial<Record<ChannelName, Sender>>;

/** Makes the senders of the configured channels; what a channel needs is loaded with its first use. */
export async function openSenders(config: DeliveryConfig, outbound: Outbound): Promise<Senders> {
  const senders: Senders = {};
  for (const name of channelNames) {
    const settings = config[name];
    if (settings === undefined) continue;
    const open = await loadSender(name);
    senders[name] = open(settings as never, outbound);
  }
  return senders;
}

/** Loads the file of a channel: `senders/emailWebhook.ts` is that of `email_webhook`. */
export async function loadSender<N extends ChannelName>(name: N): Promise<OpenSender<N>> {
  const file = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const sender = (await import(`./senders/${file}.ts`)) as { open: OpenSender<N> };
  return sender.open;
}
