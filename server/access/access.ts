import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { mayDo, type Scope, scopes, type Viewer } from '../../domain/viewer.ts';
import type { ServerConfig } from '../config.ts';
import { isLoopbackHost } from '../settings.ts';
import { ForbiddenError, UnauthenticatedError } from './errors.ts';
import { groupReader } from './groups.ts';
import { readKeys, sameKey } from './keys.ts';
import { addressReader, proxyReader } from './proxy.ts';
import { refuseForeignSite } from './sites.ts';

/** What access is judged by: the headers of a request and where its connection comes from. */
export interface Credentials {
  headers: IncomingHttpHeaders;
  remoteAddress: string | undefined;
}

/** Who may call this server, and as whom. */
export interface Access {
  /** Finds out who calls, from where, and the groups of whom it knows. @throws UnauthenticatedError, ForbiddenError */
  authenticate(credentials: Credentials): Viewer;
  /** Tells where a request came from, past the trusted proxies. */
  addressOf(credentials: Credentials): string | undefined;
  /**
   * Stands in front of every handler: refuses what a page of another site makes a browser send.
   * @throws ForbiddenError
   */
  guard(request: IncomingMessage): void;
}

/** What access depends on. */
export type AccessConfig = Pick<
  ServerConfig,
  'host' | 'adminApiKey' | 'adminUsers' | 'trustedProxy' | 'corsOrigins' | 'publicUrl'
> &
  Partial<Pick<ServerConfig, 'approverGroups'>>;

/** Makes the rules of access of one server. */
export function createAccess(config: AccessConfig): Access {
  const { adminApiKey } = config;
  const loopback = isLoopbackHost(config.host);
  const open = loopback && adminApiKey === undefined && config.trustedProxy.length === 0;
  // What people reach the server by is no foreign site: a proxy may hand that Host on.
  const origins =
    config.publicUrl === undefined
      ? config.corsOrigins
      : [...config.corsOrigins, new URL(config.publicUrl).origin];
  const readProxyUser = proxyReader(config);
  const addressOf = addressReader(config);
  const groupsOf = groupReader(config.approverGroups);
  const admin: Viewer = { id: 'admin', kind: 'shared', scopes: new Set(scopes), identified: true };
  const anonymous: Viewer = {
    id: 'local',
    kind: 'anonymous',
    scopes: new Set(open ? scopes : (['read', 'report'] as const)),
    identified: false,
  };

  return {
    authenticate(credentials) {
      const viewer = whoCalls(credentials);
      const groups = viewer.identified ? groupsOf(viewer.id) : [];
      return { ...viewer, groups, address: addressOf(credentials) };
    },
    addressOf,
    guard(request) {
      if (holdsKey(request.headers, true)) return;
      refuseForeignSite(request, { loopback, host: config.host, origins });
    },
  };

  function whoCalls(credentials: Credentials): Viewer {
    if (holdsKey(credentials.headers)) return admin;
    const user = readProxyUser(credentials);
    if (user) return { id: user.email, kind: 'person', scopes: scopesOf(user.isAdmin), identified: true };
    if (loopback) return anonymous;
    throw new UnauthenticatedError();
  }

  /** A page of another site cannot know the key; a server without one has nothing to compare with. */
  function holdsKey(headers: IncomingHttpHeaders, lenient = false): boolean {
    if (adminApiKey === undefined) return false;
    const given = readKeys(headers);
    if (given.length === 0) return false;
    if (given.every((key) => sameKey(key, adminApiKey))) return true;
    if (lenient) return false;
    throw new ForbiddenError('The key is wrong: it is not the ADMIN_API_KEY of this server.');
  }

  function scopesOf(isAdmin: boolean): Viewer['scopes'] {
    if (isAdmin) return admin.scopes;
    return loopback ? new Set<Scope>(['read', 'report']) : new Set();
  }
}

/** Lets pass who has the scope. @throws UnauthenticatedError when another identity may have it, ForbiddenError when this one lacks it. */
export function requireScope(viewer: Viewer, scope: Scope): void {
  if (mayDo(viewer, scope)) return;
  if (!viewer.identified) throw new UnauthenticatedError();
  throw new ForbiddenError(`${viewer.id} may not do this: it needs the ${scope} scope.`);
}
