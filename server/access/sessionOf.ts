import { hashOfKey, isKeyText, sessionMark } from '../../contract/keyText.ts';
import type { AccessConfig } from './accessConfig.ts';
import type { Credentials } from './credentials.ts';
import type { KeyHolder } from './keyHolder.ts';
import { readCookie } from './sessionCookie.ts';

/** The tokens of sessions that a request carries, as a key or in its cookie, which counts only without a key. */
export function tokensOf(credentials: Credentials, keys: readonly string[], config: AccessConfig): string[] {
  if (config.sessions === undefined) return [];
  if (keys.length > 0) return keys.filter((key) => isKeyText(key, sessionMark));
  const cookie = readCookie(config, credentials);
  return cookie === undefined ? [] : [cookie.token];
}

/** Finds the session of a command line by its token; that of a browser counts in its cookie alone. */
export function findToken(
  token: string,
  { sessions }: Pick<AccessConfig, 'sessions'>,
): KeyHolder | undefined {
  const session = sessions?.find(token);
  return session?.facts.client === 'cli' ? session : undefined;
}

/** Finds the session of a browser by the cookie of its request, and by the page's secret where it takes one. */
export function findCookie(credentials: Credentials, config: AccessConfig): KeyHolder | undefined {
  const cookie = config.sessions && readCookie(config, credentials);
  const session = cookie && config.sessions?.find(cookie.token);
  if (cookie === undefined || session === undefined || session.facts.client !== 'browser') return undefined;
  const { pageSha256 } = session.facts;
  if (pageSha256 === null) return cookie.isSecure ? session : undefined;
  // Of a hash of 256 random bits the time of the comparison tells nothing.
  return cookie.page !== undefined && hashOfKey(cookie.page) === pageSha256 ? session : undefined;
}
