import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Reads every key that a request carries: `X-Admin-Key`, and `Authorization: Bearer`. An empty one counts as none. */
export function readKeys(headers: IncomingHttpHeaders): string[] {
  const { authorization = '' } = headers;
  const bearer = /^bearer\s/i.test(authorization) ? authorization.slice('bearer'.length) : '';
  return [headers['x-admin-key'], bearer].map((key) => String(key ?? '').trim()).filter((key) => key !== '');
}

/** Makes the comparison of keys with an expected one, in a time that tells nothing of where they differ. */
export function keyMatcher(expected: string | undefined): (given: string) => boolean {
  if (expected === undefined) return () => false;
  const wanted = digest(expected);
  return (given) => timingSafeEqual(digest(given), wanted);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
