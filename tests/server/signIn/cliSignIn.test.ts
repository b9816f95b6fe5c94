import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { challengeOf } from '../../../contract/pkce.ts';
import { createKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey } from '../../../domain/access/keys.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import {
  type BrowserSession,
  makePerson,
  openBrowser,
  signInBrowser,
  type TestPerson,
} from './browserSession.ts';

describe('A command line is signed in by the browser of its user:', () => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  let ann: TestPerson;
  let browser: BrowserSession;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    ann = await makePerson(server.store, 'ann@example.org', { own: ['operator'], groups: ['crew'] });
    browser = await signInBrowser(server, ann);
    return () => server.close();
  });

  const random = () => randomBytes(32).toString('base64url');
  const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
    send(server.url, path, { method: 'POST', key: null, json, headers });

  async function code(challenge: string, { headers } = browser): Promise<string> {
    const answer = await post('/sign-in/cli/code', { port: 4711, challenge, state: random() }, headers);
    expect(answer.status).toBe(200);
    return new URL(answer.json<{ location: string }>().location).searchParams.get('code') ?? '';
  }

  const redeem = (one: string, verifier: string) => post('/sign-in/cli/token', { code: one, verifier });

  async function signIn(): Promise<string> {
    const verifier = random();
    return (await redeem(await code(challengeOf(verifier)), verifier)).json<{ token: string }>().token;
  }

  async function whoIs(key: string) {
    const query = '{ viewer { id kind proof session { client } scopes groups expiresAt } }';
    const answer = await send(server.url, '/graphql', { method: 'POST', key, json: { query } });
    return answer.json<{ data?: { viewer: object }; errors?: { message: string }[] }>();
  }

  it('it acts as that person, until the browser’s own sign-in would end', async () => {
    const verifier = random();
    const answer = await redeem(await code(challengeOf(verifier)), verifier);
    const { token, viewer, expires_at } = answer.json<Record<string, string>>();
    expect(viewer).toBe('ann@example.org');
    const [row] = await server.store.db.query<{ same: boolean; none: boolean; via: string }>({
      text: `SELECT cli.expires_at = browser.expires_at AS same, cli.proved_at IS NULL AS none, cli.client AS via
        FROM sessions cli, sessions browser
        WHERE cli.id = (SELECT max(id) FROM sessions) AND browser.person_id = $1 AND browser.client = 'browser'`,
      values: [ann.person],
    });
    expect(row).toEqual({ same: true, none: true, via: 'cli' });
    expect(await whoIs(token ?? '')).toEqual({
      data: {
        viewer: {
          id: 'ann@example.org',
          kind: 'PERSON',
          proof: 'ISSUER',
          session: { client: 'CLI' },
          scopes: ['READ', 'REPORT', 'WORK', 'OPERATE'],
          groups: ['crew'],
          expiresAt: expires_at,
        },
      },
    });
  });

  it('of twenty that bring one code at the same time, one gets a token', async () => {
    const verifier = random();
    const one = await code(challengeOf(verifier));
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(one, verifier)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(403)]);
    expect(answers.find(({ status }) => status === 403)?.text).toContain('was used already');
  });

  it('a wrong verifier gets nothing, and uses the code up', async () => {
    const verifier = random();
    const one = await code(challengeOf(verifier));
    const wrong = await redeem(one, random());
    expect([wrong.status, wrong.text]).toEqual([
      403,
      expect.stringContaining('belongs to another command line'),
    ]);
    expect((await redeem(one, verifier)).status).toBe(403);
  });

  it('a code that is two minutes old, or that nobody gave, gets nothing', async () => {
    const verifier = random();
    const one = await code(challengeOf(verifier));
    await server.store.db.query({
      text: "UPDATE sign_in_codes SET expires_at = expires_at - interval '2 minutes'",
    });
    expect((await redeem(one, verifier)).status).toBe(403);
    expect((await redeem(random(), verifier)).status).toBe(403);
    // The next code clears away what has expired.
    await code(challengeOf(verifier));
    const [row] = await server.store.db.query<{ left: number }>({
      text: 'SELECT count(*)::int AS left FROM sign_in_codes WHERE expires_at < clock_timestamp()',
    });
    expect(row).toEqual({ left: 0 });
  });

  it('a browser that has signed out meanwhile lets nobody in', async () => {
    const other = await signInBrowser(server, ann);
    const verifier = random();
    const one = await code(challengeOf(verifier), other);
    await server.store.db.query({
      text: "UPDATE sessions SET ended_at = clock_timestamp(), ended_by = 'ann@example.org' WHERE id = (SELECT max(id) FROM sessions)",
    });
    const answer = await redeem(one, verifier);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('signed out in the browser')]);
  });

  it('only a browser lets one in: no command line, no key, and no stranger', async () => {
    const wanted = { port: 4711, challenge: challengeOf(random()), state: random() };
    const token = await signIn();
    for (const [headers, status] of [
      [{ authorization: `Bearer ${token}` }, 403],
      [{ authorization: `Bearer ${server.key}` }, 403],
      [{}, 401],
      // The cookie alone, as another server of this computer gets it.
      [{ cookie: browser.headers.cookie ?? '' }, 401],
      // The browser's token, as a key.
      [{ authorization: `Bearer ${browser.token}` }, 401],
    ] as const)
      expect([(await post('/sign-in/cli/code', wanted, headers)).status, headers]).toEqual([status, headers]);
  });

  it('a code goes to a port of this computer, and nowhere else', async () => {
    const wanted = { port: 4711, challenge: challengeOf(random()), state: random() };
    const answer = await post('/sign-in/cli/code', wanted, browser.headers);
    expect(answer.json<{ location: string }>().location).toMatch(
      /^http:\/\/127\.0\.0\.1:4711\/\?code=nss_\w+&state=/,
    );
    for (const wrong of [
      { port: 80 },
      { port: 65_536 },
      { port: '4711@evil.example' },
      { port: '4711/..' },
      { port: null },
      { challenge: 'short' },
      { state: 'a"><script>b' },
      { state: '' },
    ])
      expect((await post('/sign-in/cli/code', { ...wanted, ...wrong }, browser.headers)).status).toBe(422);
  });

  it('a page of another site gets no code, whatever it makes the browser send', async () => {
    const wanted = { port: 4711, challenge: challengeOf(random()), state: random() };
    const strange: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ];
    for (const headers of strange)
      expect((await post('/sign-in/cli/code', wanted, { ...browser.headers, ...headers })).status).toBe(403);
    const body = new URLSearchParams({ ...wanted, port: '4711' }).toString();
    const form = { ...browser.headers, 'content-type': 'application/x-www-form-urlencoded' };
    const sent = await send(server.url, '/sign-in/cli/code', {
      method: 'POST',
      key: null,
      headers: form,
      body,
    });
    expect(sent.status).toBe(415);
    const page = await send(server.url, `/sign-in/cli?${new URLSearchParams({ ...wanted, port: '4711' })}`, {
      key: null,
    });
    expect(page.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(page.text).not.toContain(wanted.state);
  });

  it('signing out ends its session at once, and says so to whoever uses it after', async () => {
    const token = await signIn();
    const out = () => send(server.url, '/sign-in/cli/token', { method: 'DELETE', key: token });
    expect([(await out()).status, (await out()).status]).toEqual([204, 204]);
    expect((await whoIs(token)).errors?.[0]?.message).toContain('Your sign-in has ended');
    expect((await post('/sign-in/cli/viewer', {}, browser.headers)).json()).toEqual({
      viewer: 'ann@example.org',
    });
  });

  it('whoever entered the page with a key gets a session of that key; the machine’s stays on its computer', async () => {
    const input = createKeyInput.parse({ name: 'ci', scopes: ['read'] });
    const { key } = await createKey(server.store, everything, input);
    const browserOfKey = await openBrowser(server, { key: key.id }, { id: 'service:ci', kind: 'service' });
    const verifier = random();
    const answer = await redeem(await code(challengeOf(verifier), browserOfKey), verifier);
    expect(answer.json()).toMatchObject({ viewer: 'service:ci' });
    expect(await whoIs(answer.json<{ token: string }>().token)).toMatchObject({
      data: { viewer: { id: 'service:ci', kind: 'SERVICE', session: { client: 'CLI' } } },
    });
    const local = await openBrowser(server, { shared: 'local' }, { id: 'local', kind: 'shared' });
    const wanted = { port: 4711, challenge: challengeOf(verifier), state: random() };
    const refused = await post('/sign-in/cli/code', wanted, local.headers);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('the machine’s key')]);
  });

  it('each stands in the audit log, by the command line', async () => {
    await signIn();
    const [row] = await server.store.db.query({
      text: "SELECT viewer_name(viewer) AS viewer, viewer_kind, via, note, proof FROM decisions WHERE action = 'sign_in' ORDER BY id DESC LIMIT 1",
    });
    expect(row).toEqual({
      viewer: 'ann@example.org',
      viewer_kind: 'person',
      via: 'cli',
      note: 'cli',
      proof: 'issuer',
    });
  });
});
