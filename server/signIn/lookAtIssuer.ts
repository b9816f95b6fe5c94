import type { Configuration } from 'openid-client';
import { networkReason } from '../../contract/networkError.ts';
import { IssuerAwayError } from '../access/errors.ts';
import { issuerOf } from '../access/issuer.ts';
import type { Logger } from '../log.ts';
import type { OpenidConfig } from '../settings/openid.ts';

/**
 * Looks once whether people can sign in at the issuer, and warns of what is wrong, with the variable to look at: otherwise
 * the first of them would find out. Never fails, and says nothing once it is aborted.
 */
export async function lookAtIssuer(
  config: OpenidConfig & { redirectUri: string },
  send: typeof fetch,
  log: Pick<Logger, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const { issuer } = config;
  const warn = (problem: string | undefined) => {
    if (problem !== undefined && !signal.aborted)
      log.warn({ issuer }, `People cannot sign in by OpenID now: ${problem}`);
  };
  const ask: typeof fetch = (url, request) => send(url, { ...request, signal: untilEither(signal, request) });
  try {
    const configuration = await issuerOf(config, ask)?.open();
    if (configuration === undefined) return;
    warn(plainEndpoint(issuer, configuration) ?? (await whyNoClient(config.redirectUri, configuration)));
  } catch (error) {
    warn(whyAway(error instanceof IssuerAwayError ? error.cause : error));
  }
}

function untilEither(signal: AbortSignal, request: RequestInit | undefined): AbortSignal {
  return request?.signal ? AbortSignal.any([signal, request.signal]) : signal;
}

/** What an issuer with https names of itself must have it too. */
function plainEndpoint(issuer: string, configuration: Configuration): string | undefined {
  const { authorization_endpoint, token_endpoint, jwks_uri } = configuration.serverMetadata();
  for (const [name, url] of Object.entries({ authorization_endpoint, token_endpoint, jwks_uri })) {
    if (url === undefined) return `the issuer names no ${name} in its metadata. Check OIDC_ISSUER.`;
    if (issuer.startsWith('https:') && !url.startsWith('https:'))
      return `the issuer names a ${name} without https, ${shown(url)}. Tell it its public address, or check OIDC_ISSUER.`;
  }
  return undefined;
}

/**
 * Asks with a code that nobody was given: an issuer looks first who asks, so that all but a refusal of the client means that
 * it knows this one. What else goes wrong there says nothing about a sign-in.
 */
async function whyNoClient(redirectUri: string, configuration: Configuration): Promise<string | undefined> {
  const client = await import('openid-client');
  const parameters = {
    code: 'nightshift-looks-whether-it-is-known',
    redirect_uri: redirectUri,
    code_verifier: client.randomPKCECodeVerifier(),
  };
  try {
    await client.genericGrantRequest(configuration, 'authorization_code', parameters);
  } catch (error) {
    const why = error instanceof client.ResponseBodyError ? error.error : undefined;
    const isRefused = why === 'invalid_client' || why === 'unauthorized_client';
    if (isRefused || error instanceof client.WWWAuthenticateChallengeError)
      return 'the issuer does not accept this client or its secret. Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, and that the client may use the authorization code flow.';
  }
  return undefined;
}

/** Says why the issuer did not say who it is. */
function whyAway(error: unknown): string {
  const { code, cause } = error as {
    code?: unknown;
    cause?: { status?: unknown; body?: { issuer?: unknown } };
  };
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return `the issuer says that it is ${shown(cause?.body?.issuer)}. Set OIDC_ISSUER to that, or to the whole URL of its metadata.`;
  if (code === 'OAUTH_TIMEOUT') return 'the issuer did not answer in time. Check OIDC_ISSUER.';
  if (typeof code === 'string' && code.startsWith('OAUTH_')) {
    const status = typeof cause?.status === 'number' ? ` (status ${cause.status})` : '';
    return `what answers there is no issuer: it sent no metadata${status}. Check OIDC_ISSUER.`;
  }
  return `the issuer cannot be reached: ${networkReason(error)}. Check OIDC_ISSUER, and OUTBOUND_ALLOW if it has a private address.`;
}

/** What an issuer says of itself, in one short line. */
function shown(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 300).toWellFormed());
}
