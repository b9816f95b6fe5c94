import { createServer } from 'node:http';
import { generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { Events, type MutableResponse, OAuth2Server } from 'oauth2-mock-server';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionHeader } from '../../../contract/protocol.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { freePort } from '../../support/freePort.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { problemOn, Visitor } from './visitor.ts';

describe('An answer of the issuer', () => {
  const database = useDatabase('postgres');
  const issuer = new OAuth2Server();
  let server: RunningServer;
  let replica: RunningServer;
  let variables: Record<string, string>;
  beforeAll(async () => {
    await issuer.issuer.keys.generate('RS256');
    await issuer.start(0, '127.0.0.1');
    const port = await freePort();
    issuer.issuer.url = `http://127.0.0.1:${issuer.address().port}`;
    variables = {
      LOG_LEVEL: 'silent',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      OUTBOUND_ALLOW: '127.0.0.1',
      OIDC_ISSUER: issuer.issuer.url,
      OIDC_CLIENT_ID: 'nightshift',
      OIDC_ROLES: '*:viewer',
    };
    server = await start({ PORT: String(port) });
    replica = await start({ PORT: '0' });
    return async () => {
      await Promise.all([server.close(), replica.close()]);
      await issuer.stop();
    };
  });
  beforeEach(() => database.truncate());

  const start = (more: Record<string, string>) =>
    startServer({ ...readServerConfig({ ...variables, ...more }), database: database.config() });
  const rows = (text: string) => database.db().query<Record<string, unknown>>({ text });
  const refusals = () =>
    rows("SELECT refusal FROM decisions WHERE action = 'sign_in' AND outcome = 'refused'");
  const sessions = () => rows('SELECT proof FROM sessions');

  /** Changes the next answer to a code. */
  const answerWith = (change: (response: MutableResponse & { body: Record<string, unknown> }) => unknown) =>
    issuer.service.once(Events.BeforeResponse, (response: MutableResponse) =>
      change(response as MutableResponse & { body: Record<string, unknown> }),
    );
  /** Has the next ID token say something else. */
  const claim = (said: object) => {
    const signing = ({ payload }: { payload: JWTPayload }) => {
      // The access token is signed first.
      if (payload.aud !== 'nightshift') return;
      issuer.service.off(Events.BeforeTokenSigning, signing);
      Object.assign(payload, said);
    };
    issuer.service.on(Events.BeforeTokenSigning, signing);
  };
  const signIn = async (query = '', visitor = new Visitor(server.url)) =>
    visitor.get(await visitor.passIssuer(query));

  it('signs in who began here, once', async () => {
    const visitor = new Visitor(server.url);
    const back = await visitor.passIssuer('?return_to=/docs');
    const { status, text } = await visitor.get(back);
    expect([status, text]).toEqual([200, expect.stringContaining('location.replace("/docs")')]);
    expect([...visitor.cookies.keys()]).toEqual([`nightshift-${new URL(server.url).port}`]);
    expect(problemOn(await visitor.get(back))).toContain('403 This sign-in is over');
    expect(await sessions()).toEqual([{ proof: 'issuer' }]);
  });

  it('counts at another server of the database than the one where it began', async () => {
    const visitor = new Visitor(server.url);
    const back = await visitor.passIssuer('', replica.url);
    expect((await visitor.get(back, replica.url)).status).toBe(200);
    const again = await visitor.passIssuer();
    expect((await visitor.get(again, replica.url)).text).toContain('You are signed in.');
    const secret = /"nightshift-session", "(\w+)"/.exec(
      (await visitor.get(await visitor.passIssuer())).text,
    )?.[1];
    const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await send(replica.url, '/graphql', {
      method: 'POST',
      key: null,
      headers: { host: new URL(server.url).host, cookie, [sessionHeader]: secret ?? '' },
      json: { query: '{ viewer { kind scopes } }' },
    });
    expect(answer.json()).toEqual({ data: { viewer: { kind: 'PERSON', scopes: ['READ'] } } });
  });

  describe('is refused with a page, and on record,', () => {
    const minutes = (count: number) => Math.floor(Date.now() / 1000) + count * 60;
    const nothingCounts = 'The answer of the issuer does not count';

    it.each<[string, object, string]>([
      ['for another audience', { aud: 'other' }, 'aud'],
      ['of another issuer', { iss: 'https://other.example.org' }, 'iss'],
      ['with another nonce', { nonce: 'other' }, 'nonce'],
      ['without a nonce', { nonce: undefined }, 'nonce'],
      ['that has expired', { exp: minutes(-2) }, 'exp'],
      ['without an end', { exp: undefined }, 'exp'],
      ['that does not count yet', { nbf: minutes(5) }, 'nbf'],
      ['from the future', { iat: minutes(5) }, 'iat'],
      ['without a subject', { sub: undefined }, 'sub'],
    ])('an ID token %s', async (_title, said, why) => {
      claim(said);
      const problem = problemOn(await signIn());
      expect(problem).toContain(`403 ${nothingCounts}`);
      expect(problem).toContain(`&quot;${why}&quot;`);
      expect(problem).toContain('Sign in again.');
      expect(await refusals()).toHaveLength(1);
      expect(await sessions()).toEqual([]);
    });

    const payload = (nonce: unknown) => ({
      iss: issuer.issuer.url ?? '',
      sub: 'mallory',
      aud: 'nightshift',
      iat: minutes(0),
      exp: minutes(5),
      nonce: nonce as string,
    });
    it.each<[string, (nonce: unknown) => Promise<string>]>([
      ['with the algorithm none', async (nonce) => new UnsecuredJWT(payload(nonce)).encode()],
      [
        'signed with a secret that everybody has',
        (nonce) =>
          new SignJWT(payload(nonce))
            .setProtectedHeader({ alg: 'HS256' })
            .sign(new TextEncoder().encode(JSON.stringify(issuer.issuer.keys.toJSON()[0]))),
      ],
      [
        'signed with a key of somebody else',
        async (nonce) =>
          new SignJWT(payload(nonce))
            .setProtectedHeader({ alg: 'RS256', kid: issuer.issuer.keys.toJSON()[0]?.kid ?? '' })
            .sign((await generateKeyPair('RS256')).privateKey),
      ],
      [
        'that was changed on its way',
        async (nonce) => {
          const key = issuer.issuer.keys.get();
          const token = await new SignJWT(payload(nonce))
            .setProtectedHeader({ alg: 'RS256', kid: key?.kid ?? '' })
            .sign(await importJWK({ ...key }));
          const [head, , signature] = token.split('.');
          const changed = Buffer.from(JSON.stringify({ ...payload(nonce), sub: 'admin' })).toString(
            'base64url',
          );
          return `${head}.${changed}.${signature}`;
        },
      ],
    ])('an ID token %s', async (_title, make) => {
      const visitor = new Visitor(server.url);
      const back = await visitor.passIssuer();
      const token = await make((await rows('SELECT nonce FROM sign_ins'))[0]?.nonce);
      answerWith(({ body }) => Object.assign(body, { id_token: token }));
      expect(problemOn(await visitor.get(back))).toContain(`403 ${nothingCounts}`);
      expect(await sessions()).toEqual([]);
    });

    it('an answer without an ID token', async () => {
      answerWith(({ body }) => delete body.id_token);
      expect(problemOn(await signIn())).toContain(`403 ${nothingCounts}`);
    });

    it('a code that was used before', async () => {
      answerWith((response) => {
        response.statusCode = 400;
        response.body = { error: 'invalid_grant', error_description: 'used' };
      });
      expect(problemOn(await signIn())).toContain(
        '403 This sign-in is over: The issuer does not accept the code any more',
      );
    });

    it('a server that the issuer does not accept', async () => {
      answerWith((response) => {
        response.statusCode = 401;
        response.body = { error: 'invalid_client', error_description: '<b>who?</b>' };
      });
      const { text, status } = await signIn();
      expect([status, text]).toEqual([
        403,
        expect.stringContaining('invalid_client, &lt;b&gt;who?&lt;/b&gt;'),
      ]);
      expect(text).toContain('OIDC_CLIENT_SECRET');
    });

    it('the state of another browser', async () => {
      const [one, other] = [new Visitor(server.url), new Visitor(server.url)];
      const back = await one.passIssuer();
      expect(problemOn(await other.get(back))).toContain('403 This browser has not begun to sign in');
      await other.begin();
      expect(problemOn(await other.get(back))).toContain('403 This sign-in is over');
      expect(await refusals()).toHaveLength(2);
      // Whoever began it is not held up by that.
      expect((await one.get(back)).status).toBe(200);
    });

    it('a state that was not given', async () => {
      const visitor = new Visitor(server.url);
      await visitor.begin();
      for (const path of ['', '?code=x', '?code=x&state=', '?state=%00&code=x', '?code=x&state=other'])
        expect(problemOn(await visitor.get(`/sign-in/issuer/callback${path}`))).toContain(
          '403 This sign-in is over',
        );
    });

    it('a sign-in that took too long', async () => {
      const visitor = new Visitor(server.url);
      const back = await visitor.passIssuer();
      await rows("UPDATE sign_ins SET expires_at = clock_timestamp() - interval '1 second'");
      expect(problemOn(await visitor.get(back))).toContain(
        '403 This sign-in took too long: You have 10 minutes',
      );
      expect(await rows('SELECT 1 FROM sign_ins')).toEqual([]);
    });

    it('an issuer that names itself otherwise in its answer', async () => {
      const visitor = new Visitor(server.url);
      const back = await visitor.passIssuer();
      const problem = problemOn(await visitor.get(`${back}&iss=https%3A%2F%2Fother.example.org`));
      expect(problem).toContain(nothingCounts);
      expect(problem).toContain('iss');
    });

    it('a proof that is older than was asked for', async () => {
      claim({ auth_time: minutes(-5) });
      expect(problemOn(await signIn('?fresh=1'))).toContain('too much time has elapsed');
      expect(problemOn(await signIn('?fresh=1'))).toContain('auth_time');
      claim({ auth_time: minutes(5) });
      expect(problemOn(await signIn('?fresh=1'))).toContain('you signed in in the future');
      claim({ auth_time: minutes(0) });
      expect((await signIn('?fresh=1')).status).toBe(200);
    });

    it('a subject that cannot be stored', async () => {
      const sub = 'x\u0000y';
      claim({ sub });
      issuer.service.once(Events.BeforeUserinfo, ({ body }: MutableResponse) => Object.assign(body, { sub }));
      expect(problemOn(await signIn())).toContain('403 Your account cannot sign in here');
    });

    it('what else the issuer tells, where that is of somebody else', async () => {
      issuer.service.once(Events.BeforeUserinfo, ({ body }: MutableResponse) =>
        Object.assign(body, { sub: 'other' }),
      );
      expect(problemOn(await signIn())).toContain('&quot;sub&quot; property value');
    });
  });

  it('says when somebody proved who they are, where the issuer does, and counts no time to come', async () => {
    claim({ auth_time: Math.floor(Date.now() / 1000) - 300 });
    await signIn();
    claim({ auth_time: Math.floor(Date.now() / 1000) + 10 });
    await signIn();
    claim({ auth_time: Math.floor(Date.now() / 1000) + 3600 });
    await signIn();
    claim({ auth_time: Date.now() });
    await signIn();
    await signIn();
    expect(
      await rows(
        'SELECT round(extract(epoch FROM created_at - proved_at) / 60)::int AS age FROM sessions ORDER BY id',
      ),
    ).toEqual([{ age: 5 }, { age: 0 }, { age: null }, { age: null }, { age: null }]);
  });

  it('needs no more than the address that people know', async () => {
    const answer = await send(server.url, '/sign-in/issuer', { key: null, headers: { host: 'localhost:1' } });
    expect(problemOn(answer)).toBe(
      `400 Open Nightshift by its own address: You can sign in at ${server.url} only. If you have opened that, its proxy does not pass on the Host header: an admin must set that up.`,
    );
  });

  it('is waited for while the issuer is away, and the server is ready all the same', async () => {
    const port = await freePort();
    const own = await freePort();
    const url = `http://127.0.0.1:${own}`;
    const more = { PORT: String(own), PUBLIC_URL: url, OIDC_ISSUER: `http://127.0.0.1:${port}` };
    const lonely = await start(more);
    try {
      const visitor = new Visitor(url);
      expect(problemOn(await visitor.get('/sign-in/issuer'))).toContain('503 The issuer does not answer');
      expect((await visitor.get('/ready')).status).toBe(200);
      const late = createServer((_request, response) => response.end('{}')).listen(port, '127.0.0.1');
      expect(problemOn(await visitor.get('/sign-in/issuer'))).toContain('503 The issuer does not answer');
      late.close();
    } finally {
      await lonely.close();
    }
  });

  it('never comes from an issuer that is another one than was named', async () => {
    const own = await freePort();
    const url = `http://127.0.0.1:${own}`;
    const named = await start({
      PORT: String(own),
      PUBLIC_URL: url,
      OIDC_ISSUER: `${variables.OIDC_ISSUER}/`,
    });
    issuer.service.once(Events.BeforeWellKnownOpenIdConfiguration, ({ body }: MutableResponse) =>
      Object.assign(body, { issuer: 'https://other.example.org' }),
    );
    try {
      expect(problemOn(await new Visitor(url).get('/sign-in/issuer'))).toContain(
        '503 The issuer does not answer: The issuer says that it is another one than this server was told.',
      );
    } finally {
      await named.close();
    }
  });
});

describe('With an issuer', () => {
  const database = useDatabase('postgres');

  it('a sign-in beyond this computer has a cookie that goes over TLS only, and one name', async () => {
    const issuer = new OAuth2Server();
    await issuer.issuer.keys.generate('RS256');
    await issuer.start(0, '127.0.0.1');
    issuer.issuer.url = `http://127.0.0.1:${issuer.address().port}`;
    const config = readServerConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'https://night.example.org',
      OUTBOUND_ALLOW: '127.0.0.1',
      OIDC_ISSUER: issuer.issuer.url,
      OIDC_CLIENT_ID: 'nightshift',
      OIDC_ROLES: '*:viewer',
    });
    // It starts without a key, since people have a way in.
    const server = await startServer({ ...config, database: database.config() });
    const url = server.url.replace('0.0.0.0', '127.0.0.1');
    try {
      const headers = { host: 'night.example.org' };
      const begun = await send(url, '/sign-in/issuer?return_to=/docs', { key: null, headers });
      const [cookie = ''] = begun.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(
        /^__Host-nightshift-issuer=nsk_\w+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const asked = new URL(begun.headers.location ?? '');
      expect(asked.searchParams.get('redirect_uri')).toBe(
        'https://night.example.org/sign-in/issuer/callback',
      );
      expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
      const answer = await fetch(asked, { redirect: 'manual' });
      const back = new URL(answer.headers.get('location') ?? '');
      const done = await send(url, `${back.pathname}${back.search}`, {
        key: null,
        headers: { ...headers, cookie: cookie.split(';')[0] ?? '' },
      });
      expect([done.status, done.headers.location]).toEqual([303, '/docs']);
      expect(done.headers['set-cookie']).toEqual([
        '__Host-nightshift-issuer=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
        expect.stringMatching(
          /^__Host-nightshift=nss_\w+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ]);
      expect((await send(url, '/agents/tasks/', { key: null, headers })).status).toBe(401);
    } finally {
      await server.close();
      await issuer.stop();
    }
  });

  it('an issuer closes the server for good, though it is not set any more', async () => {
    const fresh = await database.createFresh();
    const reads = async (variables: Record<string, string>) => {
      const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', ...variables });
      const server = await startServer({ ...config, database: fresh });
      try {
        return (await send(server.url, '/agents/tasks/', { key: null })).status;
      } finally {
        await server.close();
      }
    };
    expect(await reads({})).toBe(200);
    const issuer = {
      PUBLIC_URL: 'http://127.0.0.1:1',
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_CLIENT_ID: 'nightshift',
    };
    expect([await reads(issuer), await reads({})]).toEqual([401, 401]);
  });
});
