import { createHash } from 'node:crypto';

/** A challenge as a command line sends it: the SHA-256 of its verifier, in base64url. */
export const challengePattern = /^[A-Za-z0-9_-]{43}$/;

/** Gives the challenge that goes with a verifier, after RFC 7636. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Gives the few letters by which people see that a page belongs to what their terminal shows. */
export function shownCode(challenge: string): string {
  const hex = createHash('sha256').update(challenge).digest('hex').toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}`;
}
