import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a page can be left open before it must be looked at again. */
const maxAgeMs = 3_600_000;

/**
 * Makes what a link's page sends with its form: without having read the page nobody can post it, and it tells how old
 * the page is.
 */
export function makeFormToken(token: string, now = Date.now()): string {
  return `${now}.${sign(token, now)}`;
}

/** Says whether a form came from a page of this link that is not too old. */
export function isFormToken(token: string, given: string, now = Date.now()): boolean {
  const [made, signature = ''] = given.split('.');
  const at = /^\d{1,16}$/.test(made ?? '') ? Number(made) : Number.NaN;
  const expected = Buffer.from(sign(token, at));
  const came = Buffer.from(signature);
  const matches = came.length === expected.length && timingSafeEqual(came, expected);
  return matches && at <= now + 60_000 && now - at <= maxAgeMs;
}

/** The link's token is the secret that only its page and its recipient know. */
function sign(token: string, at: number): string {
  return createHmac('sha256', token).update(`form of ${at}`).digest('base64url');
}
