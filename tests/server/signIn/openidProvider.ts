import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Context } from 'oidc-provider';
import type { Page } from 'playwright-core';

/** What an issuer knows of somebody. */
export interface Account {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
}

/** A real OpenID provider of a test. */
export interface OpenidProvider {
  url: string;
  close(): Promise<void>;
}

/** The client that tests sign in with. */
export const client = { id: 'nightshift', secret: 'the-secret-of-the-client' };

/** Starts an OpenID provider on a port; its accounts, by their subject, may change at any time. */
export async function startProvider(
  port: number,
  redirectUris: readonly string[],
  accounts: ReadonlyMap<string, Account>,
): Promise<OpenidProvider> {
  const url = `http://127.0.0.1:${port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(url, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: redirectUris }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'one' }] },
    ttl: { Interaction: 3600, Grant: 3600, Session: 3600, AccessToken: 3600, IdToken: 3600 },
    cookies: { keys: ['cookies of tests'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'groups'],
    },
    findAccount: (_context: Context, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...accounts.get(sub) }),
    }),
    // Nobody is asked whether this client may know who they are.
    async loadExistingGrant({ oidc: { provider: of, client: asks, session } }: Context) {
      const grant = new of.Grant({ accountId: session.accountId, clientId: asks.clientId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const server = createServer(provider.callback()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url, close: () => closeServer(server) };
}

/** Signs in on the provider's page. */
export async function signInAs(page: Page, subject: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(subject);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
