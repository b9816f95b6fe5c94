import { BlockList, isIP } from 'node:net';
import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import type { Refusal } from '../../domain/input/viewer.ts';
import type { AccessConfig } from './accessConfig.ts';
import type { Credentials } from './credentials.ts';
import { ForbiddenError } from './errors.ts';
import { refusalOfUser } from './refusal.ts';

/** Whom the authenticating proxy vouches for. */
export interface ProxyUser {
  email: string;
  /** Whether the proxy signed it in as an admin, and whether it may be one. */
  hasRole: boolean;
  listed: boolean;
  /** Why it has no scopes of an admin, and what to do about that; nothing where it has them. */
  refusal: Refusal | undefined;
}

/**
 * Makes the function that reads `X-User-Email` and `X-User-Role`; from any connection but the trusted proxy's it
 * ignores them.
 */
export function proxyReader({
  trustedProxy,
  adminUsers,
}: Pick<AccessConfig, 'trustedProxy' | 'adminUsers'>): (credentials: Credentials) => ProxyUser | undefined {
  const proxies = toBlockList(trustedProxy);
  return ({ headers, remoteAddress }) => {
    const given = headers['x-user-email'];
    if (!given || !isListed(proxies, remoteAddress)) return undefined;
    const email = composedName(textOf(String(given))?.trim() ?? '');
    if (!/^[^\s,@]+@[^\s,@]+$/.test(email) || email.length > 128 || !isPlain(email)) {
      throw new ForbiddenError(
        'X-User-Email from the proxy must be one email address of at most 128 characters.',
      );
    }
    const listed = adminUsers.length === 0 || adminUsers.includes(identityKey(email));
    const hasRole = String(headers['x-user-role']).toLowerCase() === 'admin';
    return { email, hasRole, listed, refusal: refusalOfUser({ listed, hasRole }) };
  };
}

/** Node reads headers byte by byte, and proxies write UTF-8; undefined where it is none. */
function textOf(header: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * Makes the function that tells where a request came from: what the trusted proxies have written into
 * `X-Forwarded-For`, of which each adds the address that it heard; anybody else's is not believed.
 */
export function addressReader({
  trustedProxy,
}: Pick<AccessConfig, 'trustedProxy'>): (credentials: Credentials) => string | undefined {
  const proxies = toBlockList(trustedProxy);
  return ({ headers, remoteAddress }) => {
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    let address = remoteAddress;
    while (isListed(proxies, address)) {
      const hop = hops.pop()?.trim() ?? '';
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** Says, for the log, that programs of this computer can name themselves as anybody, where its own address is the proxy's. */
export function warnOfOwnAddress({ trustedProxy }: Pick<AccessConfig, 'trustedProxy'>): string | undefined {
  const proxies = toBlockList(trustedProxy);
  if (!['127.0.0.1', '::1'].some((address) => isListed(proxies, address))) return undefined;
  return 'TRUSTED_PROXY names this computer, so every program on it, including the commands of steps, can decide as anyone by sending X-User-Email. Run the proxy elsewhere, for example in a container with its own address.';
}

function toBlockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

/** An IPv4 connection to an IPv6 socket shows as `::ffff:…`, which a BlockList understands. */
function isListed(list: BlockList, address: string | undefined): boolean {
  return address !== undefined && isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
