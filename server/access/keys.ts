import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Reads every key that a request carries: `X-Admin-Key`, and `Authorization: Bearer`. An empty one counts as none. */
export function readKeys(headers: IncomingHttpHeaders): string[] {
  const { authorization = '' } = headers;
  const bearer = /^bearer\s/i.test(authorization) ? authorization.slice('bearer'.length) : '';
  return [headers['x-admin-key'], bearer].map((key) => String(key ?? '').trim()).filter((key) => key !== '');
}

/** Compares two keys in a time that tells nothing of where they differ. */
export function sameKey(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
