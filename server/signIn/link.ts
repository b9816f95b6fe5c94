import { makeUpCode } from '../../domain/access/signInCodes.ts';
import type { Store } from '../../domain/store.ts';
import type { ServerConfig } from '../config.ts';
import { isLoopbackHost } from '../settings/settings.ts';

/**
 * Makes an address that signs one browser in once, as whoever holds the machine's key: under the name that people know,
 * else where the server listens. Undefined where other computers reach it, or nothing may be written.
 */
export async function signInLinkOf(
  { db }: Pick<Store, 'db'>,
  { host, publicUrl }: Pick<ServerConfig, 'host' | 'publicUrl'>,
  { url, readOnly }: { url: string; readOnly: boolean },
): Promise<string | undefined> {
  if (readOnly || !isLoopbackHost(host)) return undefined;
  const base = publicUrl?.startsWith('https:') ? publicUrl : url;
  return `${base}/sign-in/code#${await makeUpCode(db)}`;
}

/** Where people sign in with accounts of their own; undefined where they have none here. */
export function signInPageOf({
  publicUrl,
  openid,
  githubSignIn,
}: Pick<ServerConfig, 'publicUrl' | 'openid' | 'githubSignIn'>): string | undefined {
  const hasAccounts = openid !== undefined || githubSignIn !== undefined;
  return hasAccounts && publicUrl !== undefined ? `${publicUrl}/sign-in` : undefined;
}
