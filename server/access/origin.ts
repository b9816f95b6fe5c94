import type { Credentials } from './credentials.ts';

/**
 * Says by what a request tells that a proxy passed it on, such as the name of a header: whoever sent it to that proxy may
 * be anywhere, though the connection comes from this computer. Programs of today do not speak HTTP/1.0; an nginx that is
 * told nothing but where to pass requests does, and adds no header.
 */
export function passedOnBy({
  headers,
  httpVersion,
}: Pick<Credentials, 'headers' | 'httpVersion'>): string | undefined {
  if (httpVersion === '1.0') return 'HTTP/1.0';
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
