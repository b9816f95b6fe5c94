import type { IncomingMessage } from 'node:http';
import { isKeyText } from '../../contract/keyText.ts';
import { type Scope, scopes } from '../../contract/words/viewers.ts';
import type { FailureSource } from '../../domain/access/failedCredentials.ts';
import { TooManyWrongKeysError } from '../../domain/input/errors.ts';
import { mayDo, type Refusal, type Viewer } from '../../domain/input/viewer.ts';
import { groupReader } from '../settings/groups.ts';
import { isLoopbackHost } from '../settings/settings.ts';
import type { AccessConfig } from './accessConfig.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { ForbiddenError, UnauthenticatedError } from './errors.ts';
import { guessSources } from './guessSources.ts';
import { keyMatcher, readKeys } from './keys.ts';
import { isLoopbackAddress, passedOnBy } from './origin.ts';
import { addressReader, proxyReader } from './proxy.ts';
import { proxyViewer, recogniseUser } from './proxyViewer.ts';
import { refusalOf } from './refusal.ts';
import { findCookie, findToken, tokensOf } from './sessionOf.ts';
import { refuseForeignSite } from './sites.ts';
import type { WrongKeys } from './wrongKeys.ts';

/** Who may call this server, and as whom. */
export interface Access {
  /**
   * Looks up the keys of a request that are not known yet, to be awaited before anything else is asked; undefined where
   * there is none. @throws DatabaseUnavailableError
   */
  recognise(credentials: Credentials): Promise<unknown> | undefined;
  /**
   * Finds out who calls, from where, and the groups of whom it knows. Somebody whose key does not count has what a caller
   * without one has, and hears of it where that is too little.
   * @throws ForbiddenError when the trusted proxy names nobody whom one could know
   */
  authenticate(credentials: Credentials): Viewer;
  /** Gives what the wrong key of a request is counted by; nothing where it has none, or a right one. */
  wrongKeySources(credentials: Credentials): FailureSource[];
  /** Tells where a request came from, past the trusted proxies. */
  addressOf(credentials: Credentials): string | undefined;
  /**
   * Stands in front of every handler: refuses what a page of another site makes a browser send.
   * @throws ForbiddenError
   */
  guard(request: IncomingMessage): void;
}

/** Where a key comes from. */
interface From {
  isDirect?: boolean;
  isLocal?: boolean;
  address?: string | undefined;
}

/** What programs of this computer may do that prove nothing, where the server listens to no other. */
const withoutKey: ReadonlySet<Scope> = new Set(['read', 'report']);

const everything: Viewer['scopes'] = new Set(scopes);

/** The holders of keys that several share. */
export const sharedViewers = {
  admin: { id: 'admin', kind: 'shared', scopes: everything, identified: true, proof: 'admin_key' },
  // Whoever may read the file holds it, so it names nobody.
  local: { id: 'local', kind: 'shared', scopes: everything, identified: false, proof: 'machine_key' },
} as const satisfies Record<string, Viewer>;

/** Makes the rules of access of one server. Whose wrong keys are too many by `wrongKeys` hears that; a right key counts always. */
export function createAccess(config: AccessConfig, wrongKeys?: Pick<WrongKeys, 'reached'>): Access {
  const { knownKeys } = config;
  const isAdminKey = keyMatcher(config.adminApiKey);
  const isMachineKey = keyMatcher(config.machineKey);
  const isOwnKey = keyMatcher(config.ownKey);
  /** Ends what callers have open who may only read while there is no key. */
  const untilClosed = knownKeys?.closing ? { ended: knownKeys.closing } : {};
  const isLoopback = isLoopbackHost(config.host);
  /** Whether callers without a key may do something. */
  const isOpen = () => isLoopback && !(knownKeys?.isClosed() ?? false);
  // What people reach the server by is no foreign site: a proxy may hand that Host on.
  const origins =
    config.publicUrl === undefined
      ? config.corsOrigins
      : [...config.corsOrigins, new URL(config.publicUrl).origin];
  const readProxyUser = proxyReader(config);
  const addressOf = addressReader(config);
  const groupsOf = groupReader(config.approverGroups);
  /** The `ADMIN_API_KEY` may look like a key of the database, which does not know it. */
  const isNotOfSetting = (key: string) =>
    config.adminApiKey === undefined || !isKeyText(config.adminApiKey) || !isAdminKey(key);
  const { admin, local } = sharedViewers;

  return {
    recognise(credentials) {
      const keys = readKeys(credentials.headers).filter(isNotOfSetting);
      const isSuspect = () => wrongKeys?.reached(guessSources(addressOf(credentials), keys)) !== undefined;
      const ofKeys = knownKeys?.recognise(keys, isSuspect);
      const ofSessions = config.sessions?.recognise(tokensOf(credentials, keys, config), isSuspect);
      const ofUser = keys.length === 0 ? recogniseUser(credentials, config, readProxyUser) : undefined;
      const looks = [ofKeys, ofSessions, ofUser].filter((look) => look !== undefined);
      return looks.length > 1 ? Promise.all(looks) : looks[0];
    },
    authenticate(credentials) {
      const viewer = whoCalls(credentials);
      const groups = viewer.identified
        ? [...new Set([...(viewer.groups ?? []), ...groupsOf(viewer.id)])]
        : [];
      const { refusal } = viewer;
      const sources = wrongKeys === undefined ? [] : guessesOf(credentials, viewer);
      const reached = sources.length > 0 ? wrongKeys?.reached(sources) : undefined;
      const known = reached ? { ...viewer, refusal: { ...refusal, reached } as Refusal } : viewer;
      return { ...known, groups, address: addressOf(credentials) };
    },
    wrongKeySources(credentials) {
      try {
        return guessesOf(credentials, whoCalls(credentials));
      } catch {
        // Nobody knows whether it was wrong.
        return [];
      }
    },
    addressOf,
    guard(request) {
      // A page of another site cannot know the key. The machine's is for programs of this computer, so it excuses nobody.
      const keys = readKeys(request.headers);
      if (
        keys.length > 0 &&
        keys.every((key) => holderOf(key, { address: addressOf(credentialsOf(request)) }) !== undefined)
      )
        return;
      refuseForeignSite(request, { loopback: isLoopback, host: config.host, origins });
    },
  };

  /** Where a wrong key counts; whoever holds a key that was given out guesses nothing, though it works no more. */
  function guessesOf(credentials: Credentials, { refusal }: Viewer): FailureSource[] {
    if (refusal?.kind !== 'wrongKey') return [];
    const keys = readKeys(credentials.headers);
    const wasGiven = (key: string) => {
      const holder = knownKeys?.find(key) ?? findToken(key, config);
      return holder?.over !== undefined && holder.isMadeUp !== true;
    };
    if (keys.every(wasGiven)) return [];
    return guessSources(addressOf(credentials), keys);
  }

  function whoCalls(credentials: Credentials): Viewer {
    const { headers, remoteAddress } = credentials;
    const keys = readKeys(headers);
    const isDirect = passedOnBy(credentials) === undefined;
    const from = {
      isDirect,
      isLocal: isDirect && isLoopbackAddress(remoteAddress),
      address: addressOf(credentials),
    };
    const holders = keys.map((key) => holderOf(key, from));
    // Two keys must both be right.
    const [holder] = holders.includes(undefined) ? [] : holders;
    if (holder) return holder;
    const session = keys.length === 0 ? findCookie(credentials, config) : undefined;
    if (session && session.over === undefined) return session.viewer;
    const user = keys.length === 0 ? readProxyUser(credentials) : undefined;
    if (user)
      return proxyViewer(user, config, { mayAs: scopesOf, untilClosed, groups: groupsOf(user.email) });
    return {
      id: 'anonymous',
      kind: 'anonymous',
      proof: 'none',
      identified: false,
      scopes: isOpen() && isDirect ? withoutKey : new Set(),
      ...untilClosed,
      refusal: session?.over ? { kind: 'noKey', message: session.over } : refusalOf(credentials, config),
    };
  }

  function holderOf(key: string, from: From): Viewer | undefined {
    const { isDirect = false, isLocal = false } = from;
    if (isAdminKey(key)) return admin;
    if ((isDirect && isOwnKey(key)) || (isLocal && isMachineKey(key))) return local;
    const holder = knownKeys?.find(key, from.address) ?? findToken(key, config);
    return holder?.over === undefined ? holder?.viewer : undefined;
  }

  function scopesOf(isAdmin: boolean): Viewer['scopes'] {
    if (isAdmin) return everything;
    return isOpen() ? withoutKey : new Set();
  }
}

/**
 * Lets pass who has the scope.
 * @throws UnauthenticatedError when another identity may have it, ForbiddenError when this one lacks it, and
 * TooManyWrongKeysError when too many wrong keys came from where this one comes from
 */
export function requireScope(viewer: Viewer, scope: Scope): void {
  if (mayDo(viewer, scope)) return;
  const { refusal } = viewer;
  if (refusal?.reached) throw new TooManyWrongKeysError(refusal.reached, refusal.message);
  if (refusal?.kind === 'wrongKey') throw new ForbiddenError(refusal.message);
  if (!viewer.identified)
    throw new UnauthenticatedError(refusal && `This requires the ${scope} scope. ${refusal.message}`);
  const advice = refusal === undefined ? '' : ` ${refusal.message}`;
  throw new ForbiddenError(`${viewer.id} may not do this: it requires the ${scope} scope.${advice}`);
}
