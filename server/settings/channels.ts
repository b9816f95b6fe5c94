import { isIP } from 'node:net';
import * as z from 'zod';
import {
  type ChannelVariableName,
  channelVariables,
  type DeliveryConfig,
} from '../../contract/notifications/channels.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { type ChannelVariableKind, channelFacts } from '../../contract/words/notifications.ts';
import { emails, httpUrl, isAddressOrNetwork, listOf } from './settings.ts';

/** The server that mails leave by; its faults are told without it, since it holds a password. */
const smtpUrl = z
  .string()
  .trim()
  .refine(
    (text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '',
    {
      error: 'expected a URL such as smtps://user:password@mail.example.org or smtp://mail.example.org:587',
    },
  );

/** A secret by which receivers of webhooks know that they are ours (Standard Webhooks: 24 to 64 bytes). */
const webhookSecret = z.string().trim().refine(isWebhookSecret, {
  error: 'expected whsec_ and 24 to 64 bytes in Base64, such as: echo whsec_$(openssl rand -base64 32)',
});

/** Hosts, addresses and networks that may be reached although they are private. */
export const outboundTarget = z.string().refine(isOutboundTarget, {
  error:
    'expected hosts such as hooks.internal or hooks.internal:8080, addresses such as 127.0.0.1, or networks such as 10.1.0.0/16, commas between them',
});

function isWebhookSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(base64, 'base64');
  return base64.length % 4 === 0 && length >= 24 && length <= 64;
}

function isOutboundTarget(text: string): boolean {
  if (isAddressOrNetwork(text)) return true;
  const [, six, host = ''] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]{1,253}))(?::\d{1,5})?$/i.exec(text) ?? [];
  return six === undefined ? host !== '' : isIP(six) === 6;
}

/** Whether a morning with nothing to tell has a digest as well. */
export const digestModes = ['always', 'when-needed'] as const;

/** When the morning's digest is made: `07:00`, or with a zone `07:00 Europe/Berlin`. UTC unless named. */
export const digestTime = z
  .string()
  .trim()
  .default('07:00')
  .transform((text, context) => {
    const [, time, zone = 'UTC'] = /^((?:[01]\d|2[0-3]):[0-5]\d)(?: +(\S+))?$/.exec(text) ?? [];
    if (time !== undefined && isTimeZone(zone)) return { time, zone };
    context.addIssue({ code: 'custom', message: 'expected a time such as 07:00, or 07:00 Europe/Berlin' });
    return z.NEVER;
  });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const checks = {
  url: httpUrl.optional(),
  mailServer: smtpUrl.optional(),
  sender: z.string().trim().max(320).optional(),
  recipients: listOf(emails),
  signingSecret: webhookSecret.optional(),
} satisfies Record<ChannelVariableKind, z.ZodType<string | string[] | undefined>>;

type ChannelChecks = Record<ChannelVariableName, z.ZodType<string | string[] | undefined>>;

/** The checks of the variables of all channels. */
export const channelChecks = Object.fromEntries(
  channelVariables.map(({ name, kind }) => [name, checks[kind]]),
) as Record<string, z.ZodType> as ChannelChecks;

/** Makes the configuration of the channels out of their variables; one that lacks a variable is not configured. */
export function readDelivery(
  read: Record<ChannelVariableName, string | string[] | undefined>,
): DeliveryConfig {
  const configured = Object.entries(channelFacts).flatMap(([channel, { variables }]) => {
    const names = Object.keys(variables) as ChannelVariableName[];
    const settings = names.map((name) => [name, givenValue(read[name])] as const);
    return settings.every(([, value]) => value !== undefined)
      ? [[channel, Object.fromEntries(settings)] as const]
      : [];
  });
  return Object.fromEntries(configured);
}

/** Each recipient once; without any there is no list. */
function givenValue(value: string | string[] | undefined): string | string[] | undefined {
  if (!Array.isArray(value)) return value;
  return value.length === 0 ? undefined : [...new Set(value)];
}

/** Variables that mean something together only; a message for each that lacks its partner. */
export function faultsOfDelivery(given: Record<string, string | undefined>): string[] {
  return Object.values(channelFacts).flatMap(({ variables }) => {
    const names = Object.keys(variables);
    const set = names.filter((name) => ownValue(given, name) !== undefined);
    const missing = names.filter((name) => ownValue(given, name) === undefined);
    if (set.length === 0) return [];
    return missing.map((name) => `${name}: expected a value, since ${set.join(' and ')} is set, got none`);
  });
}
