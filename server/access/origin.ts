import type { IncomingHttpHeaders } from 'node:http';

/**
 * Says by which header a request tells that a proxy passed it on: whoever sent it to that proxy may be anywhere, though
 * the connection comes from this computer.
 */
export function passedOnBy(headers: IncomingHttpHeaders): string | undefined {
  return Object.keys(headers).find(
    (name) =>
      name === 'forwarded' || name === 'via' || name === 'x-real-ip' || name.startsWith('x-forwarded-'),
  );
}

/** Says whether a connection comes from this computer itself. */
export function isLoopbackAddress(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '');
  return plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain ?? '');
}
