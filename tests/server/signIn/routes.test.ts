import { describe, expect, it } from 'vitest';
import { makeKeyText } from '../../../contract/keyText.ts';
import { takeUpCode } from '../../../domain/access/signInCodes.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import { describeOnBothFresh, useFreshDatabases } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { list, startOn } from '../access/keyServers.ts';
import { type Answer, type Sent, send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { cookieOf, ownForm, sendKey, signedInBy, signIn } from './signedIn.ts';

const publicUrl = 'https://nightshift.example.org';
const host = 'nightshift.example.org';
const whoAmI =
  '{ viewer { id kind proof scopes session { owner proof client isCurrent state address agent } } }';

describe('A browser that enters a key', () => {
  const databases = useFreshDatabases('postgres');
  const start = async (variables: Record<string, string> = {}) =>
    startOn(await databases.createFresh(), variables);

  /** What a server's own computer has: the machine's key. */
  async function startWithMachineKey(variables: Record<string, string> = {}) {
    const config = {
      ...readServerConfig({ PORT: '0', ...variables }),
      database: await databases.createFresh(),
    };
    const server = await startServer(config, {
      log: createLog('silent'),
      machineKey: 'the-key-of-this-machine',
    });
    return server;
  }

  it('is signed in as the service of the key, until it signs out', async () => {
    const server = await start();
    const key = await server.create('ci', ['read'], { plans: ['nightly'] });
    const browser = await signIn(server.url, key);
    const answer = await browser.ask(whoAmI, { headers: { 'user-agent': 'none' } });
    expect(answer.json()).toEqual({
      data: {
        viewer: {
          id: 'service:ci',
          kind: 'SERVICE',
          proof: 'KEY',
          scopes: ['READ'],
          session: {
            owner: 'service:ci',
            proof: 'KEY',
            client: 'BROWSER',
            isCurrent: true,
            state: 'ACTIVE',
            address: '127.0.0.1',
            agent: null,
          },
        },
      },
    });
    expect((await browser.send(list)).status).toBe(200);
    const out = await browser.send('/sign-out', { method: 'POST' });
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([
      204,
      expect.stringMatching(/^nightshift-\d+=; Max-Age=0/),
    ]);
    const over = await browser.send(list);
    expect([over.status, over.text]).toEqual([401, expect.stringContaining('Your sign-in has ended')]);
  });

  it('gets a cookie that scripts and other sites cannot have, over TLS for one host only', async () => {
    const server = await start({ PUBLIC_URL: publicUrl });
    const key = await server.create('ci', ['read']);
    const secure = await sendKey(server.url, key, { host });
    expect([secure.status, secure.headers.location, secure.headers['set-cookie']]).toEqual([
      303,
      '/runs/r',
      [
        expect.stringMatching(
          /^__Host-nightshift=nss_\w{49}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ],
    ]);
    const plain = await start();
    const own = await plain.create('ci', ['read']);
    const local = await sendKey(plain.url, own);
    const { port } = new URL(plain.url);
    expect([local.status, local.headers['set-cookie']]).toEqual([
      200,
      [
        expect.stringMatching(
          new RegExp(`^nightshift-${port}=nss_\\w{49}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax$`),
        ),
      ],
    ]);
    expect(local.headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'sha256-/);
    expect(local.headers['content-security-policy']).not.toContain('unsafe-inline');
  });

  it('gets a new token each time, whatever cookie it came with', async () => {
    const server = await start();
    const key = await server.create('ci', ['read']);
    const { port } = new URL(server.url);
    const planted = `nightshift-${port}=${makeKeyText('nss_')}`;
    const first = await sendKey(server.url, key, { cookie: planted });
    const second = await sendKey(server.url, key, { cookie: cookieOf(first) });
    expect(new Set([planted, cookieOf(first), cookieOf(second)]).size).toBe(3);
    const [one, two] = [signedInBy(server.url, first), signedInBy(server.url, second)];
    expect(one.page).not.toBe(two.page);
    expect((await two.send(list, { headers: { cookie: planted } })).status).toBe(401);
    // What the first sign-in gave this browser works no more.
    expect((await one.send(list)).status).toBe(401);
    expect((await two.send(list)).status).toBe(200);
  });

  it('is signed in as admin by the ADMIN_API_KEY, and as local by the machine’s key, from this computer alone', async () => {
    const adminKey = 'a-key-for-emergencies';
    const server = await startWithMachineKey({ ADMIN_API_KEY: adminKey });
    try {
      for (const [key, id, proof] of [
        [adminKey, 'admin', 'ADMIN_KEY'],
        ['the-key-of-this-machine', 'local', 'MACHINE_KEY'],
      ] as const) {
        const { data } = (await (await signIn(server.url, key)).ask('{ viewer { id kind proof } }')).json();
        expect(data).toEqual({ viewer: { id, kind: 'SHARED', proof } });
      }
      const passedOn = await sendKey(server.url, 'the-key-of-this-machine', {
        'x-forwarded-for': '203.0.113.1',
      });
      expect([passedOn.status, passedOn.headers['set-cookie']]).toEqual([403, undefined]);
    } finally {
      await server.close();
    }
  });

  it('hears what to do where no cookie may be given', async () => {
    const server = await start({ PUBLIC_URL: publicUrl });
    const key = await server.create('ci', ['read']);
    const elsewhere = await send(server.url, '/sign-in', { key: null });
    expect(elsewhere.text).toContain(`<a href="${publicUrl}/sign-in">`);
    expect(elsewhere.text).not.toContain('<form');
    expect((await sendKey(server.url, key)).status).toBe(403);
    const open = await start({ HOST: '0.0.0.0', ADMIN_API_KEY: 'a-key-for-emergencies' });
    expect((await send(open.url, '/sign-in', { key: null })).text).toContain(
      'set PUBLIC_URL to its https address',
    );
    expect((await sendKey(open.url, 'a-key-for-emergencies')).headers['set-cookie']).toBeUndefined();
  });

  it('goes on only to paths of this server', async () => {
    const server = await start({ PUBLIC_URL: publicUrl });
    const key = await server.create('ci', ['read']);
    const places: (string | undefined)[] = [];
    const asked = [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/runs/a?b=c',
      '',
    ];
    for (const returnTo of asked) {
      const body = new URLSearchParams({ key, return_to: returnTo }).toString();
      const headers = { ...ownForm, host };
      const answer = await send(server.url, '/sign-in/key', { method: 'POST', key: null, headers, body });
      places.push(answer.headers.location);
    }
    expect(places).toEqual(['/', '/', '/', '/', '/runs/a?b=c', '/']);
  });

  it('is not signed in by a form of another site, nor by one that does not say where it is from', async () => {
    const server = await start();
    const key = await server.create('ci', ['read']);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ key }).toString();
    const sent = (headers: Record<string, string>) =>
      send(server.url, '/sign-in/key', { method: 'POST', key: null, headers: { ...type, ...headers }, body });
    const own = { origin: server.url };
    const answers = await Promise.all([
      sent({}),
      sent({ 'sec-fetch-site': 'cross-site' }),
      sent({ 'sec-fetch-site': 'same-site' }),
      sent({ 'sec-fetch-site': 'none' }),
      sent({ origin: 'https://evil.example' }),
      sent({ origin: 'null' }),
      sent({ ...own, 'sec-fetch-site': 'cross-site' }),
      sent(own),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers['set-cookie'] !== undefined])).toEqual([
      ...Array.from({ length: 7 }, () => [403, false]),
      [200, true],
    ]);
  });

  it('is refused with a wrong key, which counts; a right one passes all the same', async () => {
    const server = await start();
    const key = await server.create('ci', ['read']);
    const statuses: number[] = [];
    const wrong = async (given: string) => statuses.push((await sendKey(server.url, given)).status);
    for (let time = 0; time < 20; time += 1) await wrong('wrong');
    expect(new Set(statuses)).toEqual(new Set([403]));
    const refused = await sendKey(server.url, 'wrong');
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    expect(refused.text).toContain('Too many wrong keys');
    expect((await sendKey(server.url, key)).status).toBe(200);
    const admin = await server.create('audit', ['admin']);
    const { text } = await server.get('/agents/decisions.csv', admin);
    const rows = text.split('\n').filter((row) => row.includes('The key that was entered signs nobody in.'));
    expect(rows).toHaveLength(20);
    const revoked = await server.create('gone', ['read']);
    await server.client().revokeKey('gone');
    expect((await sendKey(server.url, revoked)).text).toContain('was revoked at');
  });
});

describe('What a browser opens by itself', () => {
  const databases = useFreshDatabases('postgres');

  it('is read by the cookie alone under a name with TLS, and what a script asks for is not', async () => {
    const config = await databases.createFresh();
    const named = await startOn(config, { PUBLIC_URL: publicUrl });
    const key = await named.create('ci', ['read']);
    const plain = await startOn(config);
    const statuses = async (url: string, headers: Record<string, string>) => {
      const opened = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
      const answers = [
        opened,
        { ...opened, 'sec-fetch-site': 'same-origin' },
        { ...opened, 'sec-fetch-site': 'cross-site' },
        { ...opened, 'sec-fetch-site': 'same-site' },
        { ...opened, 'sec-fetch-mode': 'cors' },
        { 'sec-fetch-mode': 'navigate' },
        {},
      ].map((more) =>
        send(url, list, { key: null, headers: { ...headers, ...more } as Record<string, string> }),
      );
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    const { cookie } = await signIn(named.url, key, host);
    expect(await statuses(named.url, { cookie, host })).toEqual([200, 200, 401, 401, 401, 401, 401]);
    const local = await signIn(plain.url, key);
    expect(new Set(await statuses(plain.url, { cookie: local.cookie }))).toEqual(new Set([401]));
  });
});

describe('The page of an approval’s link', () => {
  const databases = useFreshDatabases('postgres');

  it('takes no cookie: who is signed in is asked for a key where the risk is high', async () => {
    const config = {
      ...readServerConfig({ PORT: '0', PUBLIC_URL: publicUrl, ADMIN_API_KEY: 'a-key-for-emergencies' }),
      database: await databases.createFresh(),
    };
    const server = await startServer(config, { log: createLog('silent') });
    try {
      const { store, url } = server;
      await createTask(store, everything, { task: 'a', runId: 'r', status: 'awaiting_approval' });
      const [approval] = await store.db.query<{ id: number }>({
        text: `UPDATE approvals SET policy = policy || '{"risk": "high"}' RETURNING id`,
      });
      const path = `/a/${await createLink(store.db, approval?.id ?? 0, 'ann@example.org')}`;
      const browser = await signIn(url, 'a-key-for-emergencies', host);
      const opened = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
      expect((await browser.send(path, { headers: opened })).text).toContain('name="key"');
      const withKey = await send(url, path, { key: 'a-key-for-emergencies' });
      expect([withKey.status, withKey.text.includes('name="key"')]).toEqual([200, false]);
    } finally {
      await server.close();
    }
  });
});

describe('Signing out', () => {
  const databases = useFreshDatabases('postgres');

  it('everywhere ends all sessions of whoever does, and no others', async () => {
    const server = await startOn(await databases.createFresh());
    const [key, other] = [await server.create('ci', ['read']), await server.create('other', ['read'])];
    const [one, two, third] = [
      await signIn(server.url, key),
      await signIn(server.url, key),
      await signIn(server.url, other),
    ];
    const body = 'everywhere=yes';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await one.send('/sign-out', { method: 'POST', headers, body })).status).toBe(204);
    expect([
      (await one.send(list)).status,
      (await two.send(list)).status,
      (await third.send(list)).status,
    ]).toEqual([401, 401, 200]);
  });

  it('needs what only the page knows', async () => {
    const server = await startOn(await databases.createFresh(), { PUBLIC_URL: publicUrl });
    const browser = await signIn(server.url, await server.create('ci', ['read']), host);
    const headers = { cookie: browser.cookie, host };
    const given: Record<string, string>[] = [{}, { 'sec-fetch-site': 'same-origin' }, { origin: publicUrl }];
    for (const more of given) {
      const answer = await send(server.url, '/sign-out', {
        method: 'POST',
        key: null,
        headers: { ...headers, ...more },
      });
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
    expect((await browser.send(list)).status).toBe(200);
  });
});

describeOnBothFresh('The link that `up` prints', (databases) => {
  const start = async (variables: Record<string, string> = {}, overrides = {}) => {
    const database = await databases.createFresh();
    const config = { ...readServerConfig({ PORT: '0', ...variables }), database };
    return startServer(config, { log: createLog('silent'), ...overrides });
  };
  const use = (url: string, code: string, sent: Sent = {}): Promise<Answer> =>
    send(url, '/sign-in/code', {
      method: 'POST',
      key: null,
      headers: { ...ownForm, ...sent.headers },
      body: new URLSearchParams({ code }).toString(),
    });
  const codeOf = (link: string | undefined) => /#([\w-]+)$/.exec(link ?? '')?.[1] ?? '';

  it('signs one browser in once, of twenty at the same moment, and none by opening it', async () => {
    const server = await start();
    try {
      const link = await server.makeSignInLink();
      expect(link).toMatch(new RegExp(`^${server.url}/sign-in/code#[\\w-]{32}$`));
      const code = codeOf(link);
      for (let time = 0; time < 3; time += 1) {
        const opened = await send(server.url, `/sign-in/code?code=${code}`, { key: null });
        expect([opened.status, opened.headers['set-cookie']]).toEqual([200, undefined]);
      }
      expect((await use(server.url, code, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
      const answers = await Promise.all(Array.from({ length: 20 }, () => use(server.url, code)));
      const let_in = answers.filter(({ status }) => status === 200);
      expect(let_in).toHaveLength(1);
      const browser = signedInBy(server.url, let_in[0] as Answer);
      const { data } = (await browser.ask('{ viewer { id proof scopes } }')).json();
      expect(data).toMatchObject({ viewer: { id: 'local', proof: 'MACHINE_KEY' } });
      const refused = answers.find(({ status }) => status !== 200);
      expect(refused?.text).toMatch(/no longer works|Too many/);
    } finally {
      await server.close();
    }
  });

  it('ends after ten minutes', async () => {
    const server = await start();
    try {
      const code = codeOf(await server.makeSignInLink());
      const { db } = server.store;
      await db.query({ text: "UPDATE sign_in_codes SET expires_at = clock_timestamp() - interval '1 ms'" });
      expect(await takeUpCode(db, code)).toBe(false);
      expect((await use(server.url, code)).status).toBe(403);
    } finally {
      await server.close();
    }
  });

  it('is under the name that people know, and not there where others reach the server or nothing may be written', async () => {
    for (const [variables, overrides, expected] of [
      [{ PUBLIC_URL: publicUrl }, {}, new RegExp(`^${publicUrl}/sign-in/code#`)],
      [{ PUBLIC_URL: 'http://localhost:8001' }, {}, /^http:\/\/127\.0\.0\.1:\d+\/sign-in\/code#/],
      [{ HOST: '0.0.0.0', ADMIN_API_KEY: 'a-key-for-emergencies' }, {}, undefined],
      [{}, { readOnly: true }, undefined],
    ] as const) {
      const server = await start(variables, overrides);
      const link = await server.makeSignInLink();
      await server.close();
      expect(link).toEqual(expected && expect.stringMatching(expected));
    }
  });
});
