import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import { ownValue } from '../../contract/ownValue.ts';
import { type SignInStart, signInMs } from '../../domain/access/begunSignIns.ts';
import type { CookiePlace } from '../access/sessionCookie.ts';

/** With whom a browser signs in. */
type SignInKind = SignInStart['kind'];

/** Reads the secret of the sign-in that this browser began. */
export function readSignInCookie(
  { headers }: FastifyRequest,
  place: CookiePlace,
  kind: SignInKind,
): string | undefined {
  return headers.cookie === undefined
    ? undefined
    : ownValue(parseCookie(headers.cookie), nameOf(place, kind)) || undefined;
}

/** Writes the header that gives a browser the secret of its sign-in over TLS, or with an empty one takes it away. */
export function writeSignInCookie(place: CookiePlace, kind: SignInKind, secret: string): string {
  return stringifySetCookie({
    name: nameOf(place, kind),
    value: secret,
    path: '/',
    httpOnly: true,
    // Strict is not sent on the way back.
    sameSite: 'lax',
    secure: place.isSecure,
    maxAge: secret === '' ? 0 : signInMs / 1000,
  });
}

function nameOf({ name }: CookiePlace, kind: SignInKind): string {
  return `${name}-${kind}`;
}
