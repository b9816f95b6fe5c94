import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import { ownValue } from '../../contract/ownValue.ts';
import { sessionHeader } from '../../contract/protocol.ts';
import { maxSessionMs } from '../../domain/access/sessions.ts';
import { isLoopbackHost } from '../settings/settings.ts';
import type { AccessConfig } from './accessConfig.ts';
import type { Credentials } from './credentials.ts';
import { isLoopbackAddress, passedOnBy } from './origin.ts';

/** The cookie that a browser gets where it has opened the server. */
export interface CookiePlace {
  name: string;
  /** Whether it goes over TLS only. Else other servers of this computer get it too, so that it counts only with the page's secret. */
  isSecure: boolean;
}

/**
 * Says which cookie belongs to the name that a request was sent to; undefined where none may: cookies need TLS and the one
 * name that people know, or this computer alone.
 */
export function cookiePlaceOf(
  { host, publicUrl }: Pick<AccessConfig, 'host' | 'publicUrl'>,
  credentials: Pick<Credentials, 'headers' | 'remoteAddress'>,
): CookiePlace | undefined {
  const asked = credentials.headers.host?.toLowerCase();
  if (asked === undefined) return undefined;
  const known = publicUrl === undefined ? undefined : new URL(publicUrl);
  if (known?.protocol === 'https:')
    return asked === known.host ? { name: '__Host-nightshift', isSecure: true } : undefined;
  if (!isLoopbackHost(host) || passedOnBy(credentials) !== undefined) return undefined;
  if (!isLoopbackAddress(credentials.remoteAddress)) return undefined;
  // Of a name other programs of this computer may listen on another address, such as ::1.
  if (known?.host !== asked && !isLoopbackAddress(nameOf(asked))) return undefined;
  // Cookies know no ports, so that each server has a name of its own.
  return { name: `nightshift-${/:(\d+)$/.exec(asked)?.[1] ?? '80'}`, isSecure: false };
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** A token that came in a cookie, and what the page sent beside it. */
export interface CookieToken {
  token: string;
  /** What the page's script sent; undefined where no script sent the request. */
  page: string | undefined;
  isSecure: boolean;
}

/** Reads the session of a request from its cookie; undefined where it has none that may count. */
export function readCookie(
  config: Pick<AccessConfig, 'host' | 'publicUrl'>,
  credentials: Credentials,
): CookieToken | undefined {
  const { headers, method = 'POST' } = credentials;
  if (headers.cookie === undefined) return undefined;
  const place = cookiePlaceOf(config, credentials);
  const token = place && tokenIn(headers, place);
  if (place === undefined || token === undefined) return undefined;
  const page = pageOf(headers);
  // A page of ours says that the cookie is to count; what a browser loads by itself is read only.
  if (page === undefined && !(place.isSecure && isOwnLoad(method, headers))) return undefined;
  return { token, page, isSecure: place.isSecure };
}

/** The token in a browser's cookie, whether or not it counts. */
export function tokenIn({ cookie }: IncomingHttpHeaders, { name }: CookiePlace): string | undefined {
  return (cookie !== undefined && ownValue(parseCookie(cookie), name)) || undefined;
}

function pageOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers[sessionHeader];
  return typeof given === 'string' && given !== '' ? given : undefined;
}

/** Says whether a browser opens a page or a download of its own accord: no script can send that. */
function isOwnLoad(method: string, headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  const isOwn = headers['sec-fetch-mode'] === 'navigate' && (site === 'same-origin' || site === 'none');
  return (method === 'GET' || method === 'HEAD') && isOwn;
}

/** Writes the header that gives a browser its cookie, or with an empty token takes it away. */
export function writeCookie({ name, isSecure }: CookiePlace, token: string): string {
  return stringifySetCookie({
    name,
    value: token,
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    maxAge: token === '' ? 0 : maxSessionMs / 1000,
  });
}
