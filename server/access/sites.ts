import type { IncomingMessage } from 'node:http';
import { ForbiddenError } from './errors.ts';

/** What a request's site is judged by. */
export interface SiteRules {
  /** Whether the server hears only its own computer, where a foreign `Host` means DNS rebinding. */
  loopback: boolean;
  /** The address that the server listens on. */
  host: string;
  /** Origins that are trusted, as `Origin` and as `Host`. */
  origins: readonly string[];
}

/**
 * Refuses a request that a page of another site made a browser send: on a loopback server one to a foreign `Host`,
 * and anywhere one that changes something and comes from a foreign `Origin` or `Sec-Fetch-Site: cross-site`.
 * @throws ForbiddenError
 */
export function refuseForeignSite({ method, headers }: IncomingMessage, rules: SiteRules): void {
  const { host, origin } = headers;
  if (rules.loopback && host !== undefined && !isOwnHost(host, rules)) {
    throw new ForbiddenError(
      `The server does not accept the host name ${quote(host)}. Use localhost or 127.0.0.1. If people reach it by that name, set PUBLIC_URL.`,
    );
  }
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  if (origin !== undefined && rules.origins.includes(origin)) return;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  if (site === 'cross-site' || (origin !== undefined && !isOwnOrigin(origin, host, rules))) {
    throw new ForbiddenError(
      `A page of ${quote(origin ?? 'another site')} may not call this server. To allow it, add its origin to CORS_ORIGINS.`,
    );
  }
}

function isOwnHost(host: string, rules: SiteRules): boolean {
  const name = nameOf(host);
  if (isLoopbackName(name) || name === rules.host.toLowerCase()) return true;
  return rules.origins.some((origin) => new URL(origin).host === host.toLowerCase());
}

function isOwnOrigin(origin: string, host: string | undefined, rules: SiteRules): boolean {
  const { loopback, origins } = rules;
  const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin);
  const from = match?.[1]?.toLowerCase();
  if (from === undefined || host === undefined) return false;
  // Whoever is on the way can write a page of plain HTTP.
  if (/^http:/i.test(origin) && origins.includes(`https://${from}`)) return false;
  if (from === host.toLowerCase()) return true;
  return (
    loopback && isLoopbackName(nameOf(from)) && isLoopbackName(nameOf(host)) && portOf(from) === portOf(host)
  );
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]';
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function portOf(host: string): string {
  return /:(\d*)$/.exec(host)?.[1] ?? '';
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
