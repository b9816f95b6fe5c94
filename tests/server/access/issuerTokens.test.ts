import { randomUUID } from 'node:crypto';
import { generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/freePort.ts';
import { send } from '../serve.ts';
import { Visitor } from '../signIn/visitor.ts';
import { startServer } from '../startServer.ts';

type Signer = Parameters<SignJWT['sign']>[0];

interface Made {
  header?: object;
  signer?: Signer;
}

describe('A token of the issuer on the API', () => {
  const database = useDatabase('postgres');
  const issuer = new OAuth2Server();
  let server: RunningServer;
  let replica: RunningServer;
  beforeAll(async () => {
    await issuer.issuer.keys.generate('RS256');
    await issuer.start(0, '127.0.0.1');
    const port = await freePort();
    issuer.issuer.url = `http://127.0.0.1:${issuer.address().port}`;
    const start = async (PORT: string) => {
      const config = readServerConfig({
        PORT,
        LOG_LEVEL: 'silent',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        OUTBOUND_ALLOW: '127.0.0.1',
        OIDC_ISSUER: issuer.issuer.url,
        OIDC_CLIENT_ID: 'nightshift',
        OIDC_ROLES: '*:viewer, release:approver',
        OIDC_AUDIENCE: 'nightshift-api',
        OIDC_SERVICES: 'service-7:ci:report,read; johndoe:doe:work',
        GITHUB_ACTIONS_RULES: 'repository_id=1 scopes=report issuer=https://127.0.0.1:9/actions',
      });
      return startServer({ ...config, database: database.config() });
    };
    server = await start(String(port));
    replica = await start('0');
    return async () => {
      await Promise.all([server.close(), replica.close()]);
      await issuer.stop();
    };
  });
  beforeEach(() => database.truncate());

  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more: object = {}) => ({
    iss: issuer.issuer.url,
    aud: 'nightshift-api',
    sub: 'johndoe',
    jti: randomUUID(),
    iat: now(),
    exp: now() + 3600,
    ...more,
  });
  const sign = async (more?: object, { header, signer }: Made = {}) => {
    const key = issuer.issuer.keys.get();
    return new SignJWT(claims(more))
      .setProtectedHeader({ alg: 'RS256', kid: key?.kid ?? '', typ: 'at+jwt', ...header })
      .sign(signer ?? (await importJWK({ ...key })));
  };
  const ask = async (token: string, at = server) => {
    const answer = await send(at.url, '/graphql', {
      method: 'POST',
      key: token,
      json: { query: '{ viewer { id kind scopes groups proof } tasks(first: 1) { nodes { id } } }' },
    });
    const { data, errors } = answer.json<{
      data: { viewer: object } | null;
      errors?: { message: string }[];
      detail?: string;
    }>();
    return errors?.[0]?.message ?? data?.viewer ?? answer.text;
  };
  /** Signs the account `johndoe` in by browser. */
  const signIn = async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.get(await visitor.passIssuer())).status).toBe(200);
  };

  it('is of the person whose account has signed in by browser, with the roles of its own claims', async () => {
    await signIn();
    const person = { id: expect.stringMatching(/^account:johndoe@127/), kind: 'PERSON', proof: 'TOKEN' };
    expect(await ask(await sign())).toEqual({ ...person, scopes: ['READ'], groups: [] });
    const ofRelease = await sign({ groups: ['release', 'x'] });
    const approver = { ...person, scopes: ['READ', 'APPROVE'], groups: ['release', 'x'] };
    expect(await ask(ofRelease)).toEqual(approver);
    expect(await ask(ofRelease, replica)).toEqual(approver);
    await database.db().query({ text: "UPDATE people SET grants = '{operator}'" });
    expect(await ask(await sign())).toEqual({
      ...person,
      scopes: ['READ', 'REPORT', 'WORK', 'OPERATE'],
      groups: [],
    });
  });

  it('is of a service that a rule names, and no person', async () => {
    expect(await ask(await sign({ sub: 'service-7', groups: ['release'] }))).toEqual({
      id: 'service:ci',
      kind: 'SERVICE',
      scopes: ['READ', 'REPORT'],
      groups: [],
      proof: 'TOKEN',
    });
  });

  it('counts for nobody else', async () => {
    expect(await ask(await sign({ sub: 'stranger' }))).toContain(
      'The token is of the account "stranger", which is nobody here. A person must sign in by browser first; a service needs a rule in OIDC_SERVICES.',
    );
    expect(await database.db().query<object>({ text: 'SELECT 1 FROM people' })).toEqual([]);
  });

  it('counts for nobody while its account waits for a link', async () => {
    await database.db().query({
      text: `INSERT INTO principals (kind, issuer, subject, label, identity_key) VALUES ('issuer', '${issuer.issuer.url}', 'johndoe', 'x', 'x')`,
    });
    expect(await ask(await sign())).toContain('which is nobody here');
  });

  it.each<[string, object, Made, string]>([
    ['for another audience', { aud: 'nightshift' }, {}, '"aud"'],
    ['of another issuer', { iss: 'https://other.example.org' }, {}, 'of no issuer that this server knows'],
    ['that has expired', { exp: 1_700_000_000 }, {}, '"exp"'],
    ['from the future', { iat: now() + 600 }, {}, 'issued in the future'],
    ['without an end', { exp: undefined }, {}, '"exp"'],
    ['that does not count yet', { nbf: 4_000_000_000 }, {}, '"nbf"'],
    ['without a subject', { sub: undefined }, {}, '"sub"'],
    ['that signs somebody out', {}, { header: { typ: 'logout+jwt' } }, 'none that lets somebody in'],
    [
      'that is signed with a secret',
      {},
      { header: { alg: 'HS256' }, signer: new TextEncoder().encode('a secret of thirty-two characters') },
      '"alg"',
    ],
    ['of an unknown key', {}, { header: { kid: 'other' } }, 'no applicable key'],
  ])('is refused %s', async (_title, more, made, why) => {
    await signIn();
    expect(await ask(await sign(more, made))).toContain(why);
  });

  it('is refused with the signature of somebody else, or none', async () => {
    await signIn();
    const { privateKey } = await generateKeyPair('RS256');
    expect(await ask(await sign({}, { signer: privateKey }))).toContain('signature verification failed');
    const [head = '', body = ''] = new UnsecuredJWT(claims()).encode().split('.');
    for (const token of [`${head}.${body}.`, `${head}.${body}.x`, 'eyJ.eyJ.x'])
      expect(await ask(token)).not.toMatchObject({ kind: 'PERSON' });
  });

  it('is told apart from one of a workflow by its issuer', async () => {
    expect(await ask(await sign({ iss: 'https://127.0.0.1:9/actions' }))).toContain(
      'The issuer of the token, https://127.0.0.1:9/actions, does not answer.',
    );
  });

  /** Opens a stream; gives what comes until it ends. */
  const subscribe = async (token: string) => {
    const stream = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { id } }' }),
    });
    return { whole: stream.text() };
  };

  it('ends what it has open when it expires', async () => {
    await signIn();
    // Clocks may differ by half a minute.
    const token = await sign({ exp: now() - 26 });
    expect(await ask(token)).toMatchObject({ kind: 'PERSON' });
    expect(await (await subscribe(token)).whole).toContain('event: complete');
    expect(await ask(token)).toContain('"exp"');
  });

  it('ends on every server when its person is removed, though it lives on', async () => {
    await signIn();
    const token = await sign({ exp: now() + 86_400 * 365 });
    expect(await ask(token)).toMatchObject({ kind: 'PERSON' });
    expect(await ask(token, replica)).toMatchObject({ kind: 'PERSON' });
    const { whole } = await subscribe(token);
    await database.db().query({ text: "UPDATE people SET removed_at = clock_timestamp(), removed_by = 'x'" });
    for (const one of [server, replica])
      await eventually(async () => expect(await ask(token, one)).toContain('You were removed'));
    expect(await whole).toContain('event: complete');
  });
});
