import { ownValue } from '../../contract/ownValue.ts';
import type { Channel } from '../../contract/words/notifications.ts';

/** Where notifications go; what is left out is not told. */
export interface DeliveryConfig {
  slackWebhook?: string | undefined;
  emailWebhook?: string | undefined;
  smtp?: { url: string; from: string; to: readonly string[] } | undefined;
  webhook?: { url: string; secret: string } | undefined;
}

/** Lists the channels that are configured, a mail's recipients one by one. */
export function channelsOf({ slackWebhook, emailWebhook, smtp, webhook }: DeliveryConfig): Channel[] {
  return [
    ...(slackWebhook === undefined ? [] : [{ name: 'slack', recipient: null } as const]),
    ...(emailWebhook === undefined ? [] : [{ name: 'email_webhook', recipient: null } as const]),
    ...(smtp?.to ?? []).map((recipient) => ({ name: 'smtp', recipient }) as const),
    ...(webhook === undefined ? [] : [{ name: 'webhook', recipient: null } as const]),
  ];
}

/** Says what to set where notifications are sent and nobody has said where their links lead; undefined where all is well. */
export function warnOfLinks(config: { delivery: DeliveryConfig; publicUrl?: string }): string | undefined {
  if (config.publicUrl !== undefined || channelsOf(config.delivery).length === 0) return undefined;
  return 'PUBLIC_URL is not set: links in notifications lead to the address that this server listens on, which others may not reach. Set PUBLIC_URL to the address by which people reach it, such as https://nightshift.example.org';
}

/** What the variables of channels came to, as the configuration has checked each alone. */
export interface DeliveryVariables {
  SLACK_WEBHOOK?: string | undefined;
  EMAIL_WEBHOOK?: string | undefined;
  SMTP_URL?: string | undefined;
  SMTP_FROM?: string | undefined;
  NOTIFY_EMAILS: readonly string[];
  NOTIFY_WEBHOOK_URL?: string | undefined;
  NOTIFY_WEBHOOK_SECRET?: string | undefined;
}

/** Makes the configuration of the channels out of their variables. */
export function readDelivery(read: DeliveryVariables): DeliveryConfig {
  const { SMTP_URL: url, SMTP_FROM: from, NOTIFY_EMAILS: to } = read;
  const { NOTIFY_WEBHOOK_URL: hook, NOTIFY_WEBHOOK_SECRET: secret } = read;
  return {
    slackWebhook: read.SLACK_WEBHOOK,
    emailWebhook: read.EMAIL_WEBHOOK,
    smtp: url !== undefined && from !== undefined ? { url, from, to: [...new Set(to)] } : undefined,
    webhook: hook !== undefined && secret !== undefined ? { url: hook, secret } : undefined,
  };
}

/** Variables that mean something together only; a message for each that lacks its partner. */
export function faultsOfDelivery(given: Record<string, string | undefined>): string[] {
  const groups = [
    ['SMTP_URL', 'SMTP_FROM', 'NOTIFY_EMAILS'],
    ['NOTIFY_WEBHOOK_URL', 'NOTIFY_WEBHOOK_SECRET'],
  ];
  return groups.flatMap((names) => {
    const set = names.filter((name) => ownValue(given, name) !== undefined);
    const missing = names.filter((name) => ownValue(given, name) === undefined);
    if (set.length === 0) return [];
    return missing.map((name) => `${name}: expected a value, since ${set.join(' and ')} is set, got none`);
  });
}
