import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Reads every key that a request carries: `X-Admin-Key`, and `Authorization: Bearer`. */
export function readKeys(headers: IncomingHttpHeaders): string[] {
  const keys: string[] = [];
  const admin = headers['x-admin-key'];
  if (admin !== undefined) keys.push(String(admin).trim());
  const { authorization = '' } = headers;
  if (/^bearer\s/i.test(authorization)) keys.push(authorization.slice('bearer'.length).trim());
  return keys;
}

/** Compares two keys in a time that tells nothing of where they differ. */
export function sameKey(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
