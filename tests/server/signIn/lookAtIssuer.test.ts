import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { readServerConfig, type ServerConfig } from '../../../server/config.ts';
import { listen } from '../../../server/http/listen.ts';
import { createLog } from '../../../server/log.ts';
import { lookAtIssuer } from '../../../server/signIn/lookAtIssuer.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/freePort.ts';
import { startServer } from '../startServer.ts';
import { client, startProvider } from './openidProvider.ts';

const redirectUri = 'http://127.0.0.1:1/sign-in/issuer/callback';
const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A log whose warnings can be read. */
function readableLog() {
  const warnings: string[] = [];
  const write = (line: string) => warnings.push(JSON.parse(line).msg);
  return { log: createLog('warn', { write }), warnings };
}

/** What of the configuration is about an issuer. */
function configOf(issuer: string, variables: Record<string, string> = {}): ServerConfig {
  return readServerConfig({
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:1',
    OUTBOUND_ALLOW: '127.0.0.1',
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_ROLES: '*:viewer',
    ...variables,
  });
}

/** What a look at an issuer warns of. */
async function warningsOf(issuer: string, variables: Record<string, string> = {}, send = fetch) {
  const { openid } = configOf(issuer, variables);
  if (openid === undefined) throw new Error('No issuer');
  const { log, warnings } = readableLog();
  await lookAtIssuer({ ...openid, redirectUri }, send, log, new AbortController().signal);
  return warnings;
}

/** Starts something else in the place of an issuer. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  ended.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return url;
}

const json =
  (body: (url: string) => object): RequestListener =>
  (request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body(`http://${request.headers.host}`)));
  };

async function provider() {
  const issuer = await startProvider(await freePort(), [redirectUri], new Map());
  ended.push(() => issuer.close());
  return issuer.url;
}

describe('A look at the issuer after the start', () => {
  it('says nothing of one where people can sign in', async () => {
    expect(await warningsOf(await provider())).toEqual([]);
  });

  it.each([
    ['secret', { OIDC_CLIENT_SECRET: 'another' }],
    ['client', { OIDC_CLIENT_ID: 'another' }],
  ])('warns of a wrong %s', async (_what, variables) => {
    expect(await warningsOf(await provider(), variables)).toEqual([
      'People cannot sign in by OpenID now: the issuer does not accept this client or its secret. Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, and that the client may use the authorization code flow.',
    ]);
  });

  it('warns of one that nobody reaches', async () => {
    const [warning, ...more] = await warningsOf(`http://127.0.0.1:${await freePort()}`);
    expect(warning).toMatch(
      /^People cannot sign in by OpenID now: the issuer cannot be reached: .*ECONNREFUSED.*\. Check OIDC_ISSUER, and OUTBOUND_ALLOW/,
    );
    expect(more).toEqual([]);
  });

  it('warns of one that is another, and says which', async () => {
    const url = await serve(json(() => ({ issuer: 'https://login.example.org/realms/acme' })));
    expect(await warningsOf(url)).toEqual([
      'People cannot sign in by OpenID now: the issuer says that it is "https://login.example.org/realms/acme". Set OIDC_ISSUER to that, or to the whole URL of its metadata.',
    ]);
  });

  it('warns of what is no issuer, a page or nothing at all', async () => {
    const page = await serve((_request, response) => response.end('<p>Welcome</p>'));
    expect(await warningsOf(page)).toEqual([
      'People cannot sign in by OpenID now: what answers there is no issuer: it sent no metadata (status 200). Check OIDC_ISSUER.',
    ]);
    const nothing = await serve((_request, response) => response.writeHead(404).end());
    expect(await warningsOf(nothing)).toEqual([
      'People cannot sign in by OpenID now: what answers there is no issuer: it sent no metadata (status 404). Check OIDC_ISSUER.',
    ]);
    const useless = await serve(json((issuer) => ({ issuer })));
    expect(await warningsOf(useless)).toEqual([
      'People cannot sign in by OpenID now: the issuer names no authorization_endpoint in its metadata. Check OIDC_ISSUER.',
    ]);
  });

  it('warns of one that would have codes sent without https', async () => {
    const issuer = 'https://login.example.org';
    const url = await serve(
      json(() => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: 'http://login.example.org/token',
        jwks_uri: `${issuer}/jwks`,
      })),
    );
    // Its TLS is ended in front of it.
    const send: typeof fetch = (to, request) => fetch(String(to).replace(issuer, url), request);
    expect(await warningsOf(issuer, { PUBLIC_URL: 'https://nightshift.example.org' }, send)).toEqual([
      'People cannot sign in by OpenID now: the issuer names a token_endpoint without https, "http://login.example.org/token". Tell it its public address, or check OIDC_ISSUER.',
    ]);
  });
});

describe('A server with an issuer', () => {
  const database = useDatabase('postgres');
  const start = (config: ServerConfig, log = createLog('silent')) =>
    startServer({ ...config, database: database.config() }, { log });

  it('starts with one that is wrong, and warns of it', async () => {
    const { log, warnings } = readableLog();
    const server = await start(configOf(`http://127.0.0.1:${await freePort()}`), log);
    ended.push(() => server.close());
    await eventually(() => expect(warnings).toContainEqual(expect.stringContaining('Check OIDC_ISSUER')));
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });

  it('answers, and stops without a word, while one does not answer', async () => {
    const asked = Promise.withResolvers<void>();
    const url = await serve(() => asked.resolve());
    const { log, warnings } = readableLog();
    const server = await start(configOf(url), log);
    await asked.promise;
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    await server.close();
    expect(warnings.filter((line) => line.includes('OpenID'))).toEqual([]);
  });
});
