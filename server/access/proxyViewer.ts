import { identityKey } from '../../contract/people/identityKey.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { AccessConfig } from './accessConfig.ts';
import type { Credentials } from './credentials.ts';
import { removed } from './knownProxyUsers.ts';
import type { ProxyUser } from './proxy.ts';
import { refusalOfUser } from './refusal.ts';

/** What a server lets users of its proxy do. */
interface ProxyRules {
  /** What somebody may do, as an admin or not. */
  mayAs(isAdmin: boolean): Viewer['scopes'];
  /** Ends what may be open only while the server has no key. */
  untilClosed: { ended?: AbortSignal };
  /** The groups of the address that the proxy has named. */
  groups: readonly string[];
}

/**
 * Says as whom a user of the proxy calls: as the person whose address that is, who may have others too, and not at all
 * once that person is removed.
 * @throws DatabaseUnavailableError when what is known of that is too old to count
 */
export function proxyViewer(
  { email, hasRole, listed }: ProxyUser,
  { proxyUsers, adminUsers }: Pick<AccessConfig, 'proxyUsers' | 'adminUsers'>,
  { mayAs, untilClosed, groups }: ProxyRules,
): Viewer {
  const { whose, ended } = proxyUsers?.find(email) ?? {};
  const who = {
    id: whose?.label ?? email,
    kind: 'person',
    identified: true,
    proof: 'proxy',
    groups,
  } as const;
  const known = { person: whose?.person, principal: whose?.principal ?? undefined };
  if (whose?.isGone)
    return { ...who, ...known, scopes: new Set(), refusal: { kind: 'noAdmin', message: removed } };
  const refusal = refusalOfUser({ listed: listed || adminUsers.includes(identityKey(who.id)), hasRole });
  const ends = [ended, refusal && untilClosed.ended].filter((one) => one !== undefined);
  return {
    ...who,
    ...known,
    scopes: mayAs(refusal === undefined),
    refusal,
    ...(ends.length > 0 ? { ended: ends.length === 1 ? ends[0] : AbortSignal.any(ends) } : {}),
  };
}

/** Looks up whose the address is that the proxy has named; what it names badly is refused when it is asked who calls. */
export function recogniseUser(
  credentials: Credentials,
  { proxyUsers }: Pick<AccessConfig, 'proxyUsers'>,
  read: (credentials: Credentials) => ProxyUser | undefined,
): Promise<unknown> | undefined {
  if (proxyUsers === undefined || credentials.headers['x-user-email'] === undefined) return undefined;
  try {
    const user = read(credentials);
    return user && proxyUsers.recognise(user.email);
  } catch {
    return undefined;
  }
}
