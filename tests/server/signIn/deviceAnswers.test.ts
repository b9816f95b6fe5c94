import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import { listen } from '../../../server/http/listen.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

/** Starts an issuer whose devices are signed in at once, as whatever its tokens say. */
async function startIssuer(said: { token: JWTPayload; more: object; hold?: Promise<void> | undefined }) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const answers: Record<string, () => Promise<object>> = {
    '/.well-known/openid-configuration': async () => ({
      issuer: url,
      jwks_uri: `${url}/keys`,
      token_endpoint: `${url}/token`,
      device_authorization_endpoint: `${url}/device`,
      userinfo_endpoint: `${url}/userinfo`,
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/keys': async () => ({ keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', kid: 'one' }] }),
    '/token': async () => ({
      access_token: 'token',
      token_type: 'bearer',
      id_token: await new SignJWT({ sub: 'eve', iat: now(), ...said.token })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(url)
        .setAudience('nightshift')
        .setExpirationTime('10m')
        .sign(privateKey),
    }),
    '/userinfo': async () => ({ sub: 'eve', ...said.more }),
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.url === '/token') await said.hold;
    const answer = await answers[request.url ?? '']?.();
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return { url, close: () => void server.close().closeAllConnections() };
}

const now = () => Math.floor(Date.now() / 1000);

describe('What an issuer says of a device', () => {
  const database = useDatabase('postgres');
  const said: Parameters<typeof startIssuer>[0] = { token: {}, more: {} };
  let server: RunningServer;
  beforeAll(async () => {
    const issuer = await startIssuer(said);
    const config = readServerConfig({
      PORT: '0',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'https://nightshift.example.org',
      OUTBOUND_ALLOW: '127.0.0.1',
      TRUSTED_PROXY: '127.0.0.1',
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: 'nightshift',
      OIDC_CLIENT_SECRET: 'secret',
      OIDC_ROLES: '*:viewer',
    });
    server = await startServer({ ...config, database: database.config() });
    return async () => {
      await server.close();
      issuer.close();
    };
  });
  beforeEach(() => database.truncate());

  const signIn = async (token: JWTPayload, more: object = {}, from = '203.0.113.1') => {
    Object.assign(said, { token, more });
    const json = { device_code: 'any' };
    const { status, text } = await send(server.url, '/sign-in/cli/device/token', {
      method: 'POST',
      key: null,
      headers: { 'x-forwarded-for': from },
      json,
    });
    return { status, ...(JSON.parse(text) as { viewer?: string; detail?: string }) };
  };

  it('names its user by a verified address', async () => {
    const verified = { email: 'eve@example.org', email_verified: true };
    expect(await signIn(verified)).toMatchObject({ status: 200, viewer: 'eve@example.org' });
    await database.truncate();
    expect(await signIn({}, verified)).toMatchObject({ status: 200, viewer: 'eve@example.org' });
  });

  it('verifies no other address than the one beside', async () => {
    const other = { email: 'eve@example.org', email_verified: true };
    const { status, viewer } = await signIn({ email: 'ann@example.org' }, other);
    expect([status, viewer]).toEqual([200, expect.stringMatching(/^account:eve@/)]);
  });

  it('counts for nothing where it was said in the future', async () => {
    expect(await signIn({ iat: now() + 300 })).toMatchObject({
      status: 403,
      detail: expect.stringContaining('it was issued in the future'),
    });
  });

  it('is asked for by many of one network at once, who keep no other out', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    said.hold = promise;
    let refused = 0;
    const all = Array.from({ length: 30 }, async () => {
      const { status } = await signIn({});
      refused += status === 503 ? 1 : 0;
      return status;
    });
    await eventually(() => expect(refused).toBe(20));
    const other = signIn({}, {}, '203.0.113.2');
    resolve();
    said.hold = undefined;
    expect((await other).status).toBe(200);
    expect((await Promise.all(all)).filter((status) => status === 200)).toHaveLength(10);
  });

  it.each([['x'.repeat(300)], ['a\u0000b'], ['\u202egro.elpmaxe@nna']])(
    'lets nobody in whose account cannot be stored: %j',
    async (sub) => {
      expect((await signIn({ sub }, { sub })).status).toBe(403);
    },
  );
});
