import type { Configuration } from 'openid-client';
import type { OpenidConfig } from '../settings/openid.ts';
import { IssuerAwayError } from './errors.ts';

/** The OpenID issuer of a server. */
export interface Issuer {
  config: OpenidConfig;
  /**
   * Gives what the issuer says of itself, which it is asked when that is needed first, and again after an hour.
   * @throws IssuerAwayError
   */
  open(): Promise<Configuration>;
  fetch: typeof fetch;
}

/** How the issuer is asked. */
interface IssuerLimits {
  /** @default 10 */
  timeoutSeconds?: number;
  /** For how long an answer counts, in milliseconds. @default 3600000 */
  keepMs?: number;
  /** For how long nobody asks again after a failure, in milliseconds. @default 2000 */
  restMs?: number;
}

/** Makes the issuer known by its settings, if there is one; nothing is sent before somebody needs it. */
export function issuerOf(config: OpenidConfig | undefined, send: typeof fetch): Issuer | undefined {
  return config && createIssuer(config, send);
}

/** Makes one issuer known. */
function createIssuer(config: OpenidConfig, send: typeof fetch, limits: IssuerLimits = {}): Issuer {
  const { timeoutSeconds = 10, keepMs = 3_600_000, restMs = 2000 } = limits;
  let known: { configuration: Configuration; at: number } | undefined;
  let failed: { error: unknown; at: number } | undefined;
  let asking: Promise<Configuration> | undefined;

  return { config, open, fetch: send };

  async function open(): Promise<Configuration> {
    const now = performance.now();
    if (known && now - known.at < keepMs) return known.configuration;
    const isResting = failed !== undefined && now - failed.at < restMs;
    if (!isResting)
      asking ??= ask().finally(() => {
        asking = undefined;
      });
    try {
      if (asking === undefined) throw failed?.error;
      return await asking;
    } catch (error) {
      // What it said an hour ago is better than nothing.
      if (known) return known.configuration;
      throw new IssuerAwayError(config.issuer, error);
    }
  }

  async function ask(): Promise<Configuration> {
    try {
      const configuration = await discover(config, send, timeoutSeconds);
      known = { configuration, at: performance.now() };
      failed = undefined;
      return configuration;
    } catch (error) {
      failed = { error, at: performance.now() };
      throw error;
    }
  }
}

async function discover(
  { issuer, clientId, clientSecret }: OpenidConfig,
  send: typeof fetch,
  timeout: number,
): Promise<Configuration> {
  const client = await import('openid-client');
  const { ClientSecretBasic, ClientSecretPost, None } = client;
  const url = new URL(issuer);
  return client.discovery(
    url,
    clientId,
    undefined,
    (server, ...rest) => {
      const methods = server.token_endpoint_auth_methods_supported;
      // Who says nothing of it takes the one that all must know.
      const prove = methods?.includes('client_secret_basic') === false ? ClientSecretPost : ClientSecretBasic;
      (clientSecret === undefined ? None() : prove(clientSecret))(server, ...rest);
    },
    {
      timeout,
      [client.customFetch]: (to, request) => send(to, request as RequestInit),
      execute: [
        // Only an issuer on this computer may be named with http://.
        ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : []),
        client.enableNonRepudiationChecks,
      ],
    },
  );
}
