import type { DeliveryConfig } from '../../contract/notifications/channels.ts';
import { ownValue } from '../../contract/ownValue.ts';
import {
  type Channel,
  type ChannelName,
  type ChannelVariable,
  channelFacts,
  channelNames,
} from '../../contract/words/notifications.ts';

/** Lists the channels that are configured, the recipients of a mail one by one. */
export function channelsOf(config: DeliveryConfig): Channel[] {
  return channelNames.flatMap((name) => {
    const recipients = recipientsOf(config, name);
    const target = targetOf(config, name);
    return recipients?.map((recipient) => ({ name, recipient, ...(target && { target }) })) ?? [];
  });
}

/** Where messages of a channel go: the host alone, since what stands before and behind it may be a secret. */
function targetOf(config: DeliveryConfig, name: ChannelName): string | undefined {
  const kinds: Readonly<Record<string, ChannelVariable>> = channelFacts[name].variables;
  const [found] = Object.entries<unknown>(config[name] ?? {}).filter(([variable]) =>
    ['url', 'mailServer'].includes(ownValue(kinds, variable)?.kind ?? ''),
  );
  if (typeof found?.[1] !== 'string') return undefined;
  const { protocol, host } = new URL(found[1]);
  return `${protocol}//${host}${protocol.startsWith('http') ? '/…' : ''}`;
}

/** Whom a channel tells: null for its one receiver; undefined where it is not configured. */
function recipientsOf(config: DeliveryConfig, name: ChannelName): readonly (string | null)[] | undefined {
  const settings = config[name];
  const lists = Object.values<string | readonly string[]>(settings ?? {}).filter(
    (value) => typeof value !== 'string',
  );
  return settings && (lists.length > 0 ? lists.flat() : [null]);
}

/** Says what to set where notifications are sent and nobody has said where their links lead; undefined where all is well. */
export function warnOfLinks(config: { delivery: DeliveryConfig; publicUrl?: string }): string | undefined {
  if (config.publicUrl !== undefined || channelsOf(config.delivery).length === 0) return undefined;
  return 'PUBLIC_URL is not set: links in notifications lead to the address that this server listens on, which others may not reach. Set PUBLIC_URL to the URL by which people reach the server, such as https://nightshift.example.org';
}
