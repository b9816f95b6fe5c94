import type { AccessConfig } from '../access/accessConfig.ts';
import type { Credentials } from '../access/credentials.ts';
import { passedOnBy } from '../access/origin.ts';
import { cookiePlaceOf } from '../access/sessionCookie.ts';
import { isLoopbackHost } from '../settings/settings.ts';
import type { Advice } from './page.ts';

/** Says why a browser cannot be signed in by the address that it opened, and what to do; nothing where it can. */
export function adviceOf(
  config: Pick<AccessConfig, 'host' | 'publicUrl'>,
  credentials: Credentials,
): Advice | undefined {
  if (cookiePlaceOf(config, credentials) !== undefined) return undefined;
  const { publicUrl } = config;
  if (publicUrl !== undefined && new URL(publicUrl).protocol === 'https:')
    return {
      text: 'You can sign in only by the address that this server has for people:',
      open: `${publicUrl.replace(/\/$/, '')}/sign-in`,
    };
  const port = /^localhost(:\d+)?$/i.exec(credentials.headers.host ?? '');
  if (port !== null && isLoopbackHost(config.host) && passedOnBy(credentials) === undefined)
    return {
      text: 'On this computer, sign in by the address, not by a name that other programs may answer to:',
      open: `http://127.0.0.1${port[1] ?? ''}/sign-in`,
    };
  return {
    text: 'To sign in beyond the server’s own computer, people need HTTPS. Put TLS in front of the server and set PUBLIC_URL to its https address. Programs can send a key without that.',
  };
}
