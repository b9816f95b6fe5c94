import { protocolHeader } from '../../contract/protocol.ts';
import type { Refusal } from '../../domain/input/viewer.ts';
import { isLoopbackHost } from '../settings/settings.ts';
import type { AccessConfig } from './accessConfig.ts';
import type { Credentials } from './credentials.ts';
import { keyMatcher, readKeys } from './keys.ts';
import { isLoopbackAddress, passedOnBy } from './origin.ts';
import { findToken } from './sessionOf.ts';

/** Programs of ours know themselves how a key is sent, and tell their users where to get one. */
function advise(advice: string, { headers }: Pick<Credentials, 'headers'>): string {
  return headers[protocolHeader] === undefined ? advice : 'You have sent no key.';
}

const howToSend =
  'as `X-Admin-Key: …` or `Authorization: Bearer …`; in GraphiQL, add it under Headers in each tab.';

/** Says to a caller whom no key names why, and what to do. */
export function refusalOf(
  credentials: Credentials,
  {
    host,
    adminApiKey,
    machineKey,
    knownKeys,
    sessions,
  }: Pick<AccessConfig, 'host' | 'adminApiKey' | 'machineKey' | 'knownKeys' | 'sessions'>,
): Refusal {
  const keys = readKeys(credentials.headers);
  const over = keys
    .map((key) => (knownKeys?.find(key) ?? findToken(key, { sessions }))?.over)
    .find((why) => why !== undefined);
  if (over !== undefined) return { kind: 'wrongKey', message: over };
  const by = passedOnBy(credentials);
  const isLocal = by === undefined && isLoopbackAddress(credentials.remoteAddress);
  const isMachines = machineKey !== undefined && keys.some(keyMatcher(machineKey));
  if (isMachines && !isLocal)
    return {
      kind: 'wrongKey',
      message: fromElsewhere(by, noServerKey),
    };
  const kind = keys.length > 0 ? 'wrongKey' : 'noKey';
  if (!isLocal || machineKey === undefined) {
    const passedOn =
      by !== undefined && isLoopbackHost(host)
        ? `The request came through a proxy (${by}), so it needs a key.`
        : '';
    const wrong = 'The key is wrong: this server does not know it.';
    const hasKeys = adminApiKey !== undefined || (knownKeys?.isClosed() ?? false);
    const needed = kind === 'wrongKey' ? wrong : advise(`Send a key ${howToSend}`, credentials);
    const message = hasKeys ? needed : noServerKey;
    return { kind, message: [passedOn, message].filter(Boolean).join(' ') };
  }
  const advice = 'The machine’s key is what `nightshift key` prints';
  if (kind === 'noKey')
    return {
      kind,
      message: advise(`Run \`nightshift key\` and send what it prints ${howToSend}`, credentials),
    };
  return { kind, message: `The key is wrong: this server does not know it. ${advice}.` };
}

/** Says to a user of the proxy who is no admin what is missing; nothing to an admin. */
export function refusalOfUser({
  listed,
  hasRole,
}: {
  listed: boolean;
  hasRole: boolean;
}): Refusal | undefined {
  if (listed && hasRole) return undefined;
  const unlisted = 'You are not listed in ADMIN_USERS of the server';
  const noRole = 'the proxy signed you in without `X-User-Role: admin`';
  const message = hasRole
    ? `${unlisted}: ask for your email to be added there.`
    : listed
      ? `${noRole.replace('the', 'The')}: configure it to send that header.`
      : `${unlisted}, and ${noRole}: both are required.`;
  return { kind: 'noAdmin', message };
}

const noServerKey =
  'To use a key from another computer, an admin makes one on the server: nightshift keys create.';

function fromElsewhere(by: string | undefined, advice: string): string {
  const why = by === undefined ? 'this one comes from another' : `this one came through a proxy (${by})`;
  return `The machine’s key is only valid for requests directly from its own computer, and ${why}. ${advice}`;
}
