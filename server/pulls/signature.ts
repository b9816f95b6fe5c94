import { createHmac, timingSafeEqual } from 'node:crypto';

/** Says whether a body is signed with a secret, as `X-Hub-Signature-256` tells it. */
export function isSigned(secret: string, body: Buffer, signature: string | undefined): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
