import { isPlain } from '../../contract/text/plainText.ts';
import type { BegunSignIn } from '../../domain/access/begunSignIns.ts';
import type { SignedIn } from '../../domain/access/signedIn.ts';
import { isFromFuture } from '../access/checkedTokens.ts';
import { type Claims, lacksClaims, readClaims } from '../access/claims.ts';
import type { Issuer } from '../access/issuer.ts';
import type { OpenidConfig } from '../settings/openid.ts';
import { SignInProblemError } from './signInProblem.ts';

/** What an issuer says of whoever has signed in there. */
export interface IssuerAnswer {
  claims: Claims & { iss: string; sub: string };
  /** When they proved who they are; undefined where the issuer does not say. */
  provedAt: Date | undefined;
}

/**
 * Checks the address that the issuer sent a browser back to, and asks the issuer who that is.
 * @throws IssuerAwayError, errors of openid-client
 */
export async function askIssuer(
  { open, config }: Issuer,
  { url, state, begun }: { url: URL; state: string; begun: BegunSignIn },
): Promise<IssuerAnswer> {
  const [client, configuration] = [await import('openid-client'), await open()];
  const tokens = await client.authorizationCodeGrant(configuration, url, {
    expectedState: state,
    expectedNonce: begun.nonce ?? '',
    pkceCodeVerifier: begun.verifier ?? '',
    idTokenExpected: true,
    // Whoever must prove it anew has done so since this began.
    ...(begun.fresh ? { maxAge: Math.ceil(begun.ageMs / 1000) } : {}),
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('An answer without an ID token was let through.');
  refuseFromFuture(claims);
  const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
  const more =
    hasMore && lacksClaims(claims, config)
      ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : {};
  const { iss, sub } = claims;
  return {
    claims: { ...joinClaims(claims, more), iss, sub },
    provedAt: provedAtOf(claims.auth_time, begun),
  };
}

/** When somebody proved who they are: a time that is still to come, or is no time in seconds, proves nothing. */
function provedAtOf(at: number | undefined, { fresh }: BegunSignIn): Date | undefined {
  if (at === undefined) return undefined;
  if (!isFromFuture(at)) return new Date(Math.min(at * 1000, Date.now()));
  if (fresh) throw fromFuture('auth_time', 'you signed in in the future');
  return undefined;
}

/** Refuses an ID token that was issued in the future. @throws SignInProblemError */
export function refuseFromFuture({ iat }: { iat?: number }): void {
  if (isFromFuture(iat)) throw fromFuture('iat', 'it was issued in the future');
}

function fromFuture(claim: string, why: string): SignInProblemError {
  return new SignInProblemError(
    403,
    'The answer of the issuer does not count',
    `Its ID token has the wrong "${claim}": ${why}. Sign in again. If that does not help, the clocks of the issuer and of this server differ.`,
  );
}

/** Takes from a second answer what the first one leaves out; an address and whether it is verified stay together. */
export function joinClaims(claims: Claims, more: Claims): Claims {
  const { email, email_verified } = typeof claims.email === 'string' ? claims : more;
  return { ...more, ...claims, email, email_verified };
}

/** Says who signs in. @throws SignInProblemError where the account cannot be stored */
export function whoOf(claims: IssuerAnswer['claims'], config: OpenidConfig): SignedIn {
  const { iss: issuer, sub: subject } = claims;
  if (![issuer, subject].every(isStorable))
    throw new SignInProblemError(
      403,
      'Your account cannot sign in here',
      'The issuer knows you by a name that this server cannot store. Tell an admin of this server.',
    );
  const { address, ...rights } = readClaims(claims, config);
  // What people call themselves there is not asked: it may be the address of somebody else.
  return { kind: 'issuer', issuer, subject, name: address, label: address ?? subject, ...rights };
}

function isStorable(text: string): boolean {
  return text !== '' && text.length <= 255 && text.isWellFormed() && isPlain(text);
}
