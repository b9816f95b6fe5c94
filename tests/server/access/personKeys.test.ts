import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import type { DatabaseConfig } from '../../../database/database.ts';
import { openSession } from '../../../domain/access/sessions.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { send } from '../serve.ts';
import { makePerson, openBrowser, signInBrowser, type TestPerson } from '../signIn/browserSession.ts';
import { changeOwnKey } from '../signIn/ownKeys.ts';
import { startServer } from '../startServer.ts';

describe('A person’s key', () => {
  const databases = useFreshDatabases('postgres');
  let config: DatabaseConfig;
  let server: RunningServer;
  let ann: TestPerson;
  beforeEach(async () => {
    config = await databases.createFresh();
    server = await start();
    ann = await makePerson(server.store, 'ann@example.org', {
      own: ['viewer'],
      lent: ['approver'],
      groups: ['crew'],
    });
  });

  async function start(variables: Record<string, string> = {}): Promise<RunningServer> {
    const read = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', ...variables });
    const started = await startServer({ ...read, database: config });
    onTestFinished(() => started.close());
    return started;
  }

  const clientWith = (apiKey: string, { url } = server) =>
    createClient({ url, apiKey, retries: 0, timeoutMs: waitLimitMs });

  /** Signs a command line in, as somebody. */
  async function signIn({ person, principal, label } = ann): Promise<string> {
    const viewer = { id: label, kind: 'person', person } as const;
    const how = { client: 'cli', proof: 'issuer', via: 'cli' } as const;
    return (await openSession(server.store, { owner: { person, principal }, viewer, ...how })).token;
  }

  async function make(scopes: ('READ' | 'APPROVE' | 'ADMIN' | 'OPERATE')[], more: object = {}, who = ann) {
    const browser = await signInBrowser(server, who);
    const made = await changeOwnKey(server, browser, 'createKey', { name: 'laptop', scopes, ...more });
    expect(made.__typename).toBe('MadeKey');
    return made;
  }

  const change = (text: string) => server.store.db.query({ text });

  it('acts as that person, in the audit log too', async () => {
    const { secret, key } = await make(['READ', 'APPROVE']);
    expect(key).toMatchObject({ name: 'laptop', owner: 'ann@example.org', madeBy: 'ann@example.org' });
    expect(await clientWith(secret).whoAmI()).toMatchObject({
      id: 'ann@example.org',
      kind: 'PERSON',
      proof: 'KEY',
      session: null,
      scopes: ['READ', 'APPROVE'],
      groups: ['crew'],
      expiresAt: key.expiresAt,
    });
    await server.store.onKeysChanged?.();
    const rows = await server.store.db.query({
      text: "SELECT action, subject, viewer_name(viewer) AS viewer, viewer_kind FROM decisions WHERE action LIKE '%_key' ORDER BY id",
    });
    const subject = `person:${ann.person}/laptop`;
    const by = { subject, viewer: 'ann@example.org', viewer_kind: 'person' };
    expect(rows).toEqual([
      { action: 'create_key', ...by },
      { action: 'use_key', ...by },
    ]);
  });

  it('counts as that person where a policy names them, also for high risk; a service’s counts for nobody', async () => {
    const { secret } = await make(['READ', 'APPROVE']);
    const admin = clientWith(server.key);
    const service = expectType(
      await admin.createKey({ name: 'bot', scopes: ['READ', 'APPROVE', 'WORK', 'OPERATE'] }),
      'MadeKey',
    ).secret;
    const made = await admin.createTask({ task: 'a', runId: 'r', status: 'AWAITING_APPROVAL' });
    const { databaseId } = expectType(made, 'Task');
    await change(
      `UPDATE approvals SET policy = policy || '{"risk": "high", "approvers": ["ann@example.org"], "required": 1}'`,
    );
    const task = { databaseId };
    const refused = await clientWith(service).approveTask({ task });
    expect(refused.__typename).not.toBe('Task');
    expect(await clientWith(secret).approveTask({ task })).toMatchObject({
      __typename: 'Task',
      approver: 'ann@example.org',
    });
  });

  it('is made only in that person’s own session, and may do no more than they', async () => {
    const { secret } = await make(['READ']);
    const admin = clientWith(server.key);
    const wanted = { name: 'more', scopes: ['READ' as const], person: true };
    const service = expectType(await admin.createKey({ name: 'ci', scopes: ['ADMIN'] }), 'MadeKey').secret;
    for (const [key, why] of [
      [secret, 'A key makes no key of a person, and you came as ann@example.org with one.'],
      [server.key, 'Only people who sign in here have keys of their own, and you are local.'],
      [service, 'Only people who sign in here have keys of their own, and you are service:ci.'],
    ] as const)
      expect(await clientWith(key).createKey(wanted)).toMatchObject({
        __typename: 'InvalidInputError',
        message: expect.stringContaining(why),
      });
    // A browser that was entered with the key is no sign-in of the person.
    const [row] = await server.store.db.query<{ id: number }>({
      text: "SELECT id FROM api_keys WHERE name = 'laptop'",
    });
    const browser = await openBrowser(
      server,
      { key: row?.id ?? 0 },
      { id: ann.label, kind: 'person', person: ann.person },
    );
    expect(await changeOwnKey(server, browser, 'createKey', wanted)).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('A key makes no key of a person'),
    });
    const own = await signInBrowser(server, ann);
    for (const scopes of [['OPERATE'], ['READ', 'ADMIN']])
      expect(await changeOwnKey(server, own, 'createKey', { ...wanted, scopes })).toMatchObject({
        __typename: 'InvalidInputError',
        message: expect.stringContaining(
          '`scopes` must be scopes that you have yourself (read, approve), got',
        ),
      });
    const anonymous = createClient({ url: server.url, retries: 0 });
    await expect(anonymous.createKey(wanted)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is made and rotated by no sign-in of a command line, whose file would become a key that outlives it', async () => {
    await make(['READ']);
    const client = clientWith(await signIn());
    for (const answer of [
      await client.createKey({ name: 'more', scopes: ['READ'], person: true }),
      await client.rotateKey({ name: 'laptop', person: true }),
    ])
      expect(answer).toMatchObject({
        __typename: 'InvalidInputError',
        message: expect.stringContaining('A sign-in of the command line makes no key'),
      });
  });

  it('may approve or be an admin only where its person proved just now who they are, also when it is rotated', async () => {
    await make(['READ', 'APPROVE']);
    const old = { provedAt: new Date(Date.now() - 11 * 60_000) };
    for (const [how, why] of [
      [old, 'Sign in again: /sign-in/issuer?fresh=1'],
      [{ provedAt: undefined }, 'Sign in again: /sign-in/issuer?fresh=1'],
      [{ provedAt: undefined, proof: 'github' }, 'GitHub does not prove when you signed in'],
    ] as const) {
      const browser = await signInBrowser(server, ann, how);
      const refused = { __typename: 'InvalidInputError', message: expect.stringContaining(why) };
      const wanted = { name: 'more', scopes: ['APPROVE'] };
      expect(await changeOwnKey(server, browser, 'createKey', wanted)).toMatchObject(refused);
      expect(await changeOwnKey(server, browser, 'rotateKey', { name: 'laptop' })).toMatchObject(refused);
    }
    const browser = await signInBrowser(server, ann, old);
    const reading = { name: 'reading', scopes: ['READ'] };
    expect(await changeOwnKey(server, browser, 'createKey', reading)).toMatchObject({
      __typename: 'MadeKey',
    });
    const again = await changeOwnKey(server, await signInBrowser(server, ann), 'rotateKey', {
      name: 'laptop',
    });
    expect(again.__typename).toBe('MadeKey');
  });

  it('of a role for one project stays within it', async () => {
    const ben = await makePerson(server.store, 'ben@example.org', { own: ['operator@acme/site'] });
    const browser = await signInBrowser(server, ben);
    const wanted = { name: 'laptop', scopes: ['OPERATE'] };
    const beyond = { ...wanted, projects: ['acme/tools'] };
    expect(await changeOwnKey(server, browser, 'createKey', beyond)).toMatchObject({
      message: expect.stringContaining(
        '`projects` must be projects where you have the scope operate (acme/site), got acme/tools',
      ),
    });
    const { secret } = await make(['OPERATE'], {}, ben);
    const { bounds, roleBounds } = await clientWith(secret).whoAmI();
    expect(bounds).toBeNull();
    expect(roleBounds).toMatchObject([{ scope: 'OPERATE', bounds: { projects: ['acme/site'] } }]);
  });

  it('has a name of its own for each person, and is listed, rotated and revoked by them alone, and seen by admins', async () => {
    const ben = await makePerson(server.store, 'ben@example.org', { own: ['operator'] });
    const [mine, his] = [await make(['READ']), await make(['READ'], {}, ben)];
    const admin = clientWith(server.key);
    expectType(await admin.createKey({ name: 'laptop', scopes: ['READ'] }), 'MadeKey');
    const own = clientWith(await signIn());
    const browser = await signInBrowser(server, ann);
    const taken = { name: 'laptop', scopes: ['READ'] };
    expect(await changeOwnKey(server, browser, 'createKey', taken)).toMatchObject({
      __typename: 'InvalidInputError',
    });
    const list = async (client: ReturnType<typeof clientWith>, mineOnly: boolean) => {
      const owners = [];
      for await (const { owner } of client.walkKeys({ mine: mineOnly })) owners.push(owner);
      return owners;
    };
    expect(await list(own, true)).toEqual(['ann@example.org']);
    expect(await list(admin, false)).toEqual([null, 'ben@example.org', 'ann@example.org']);
    await expect(list(own, false)).rejects.toMatchObject({ code: 'FORBIDDEN' });

    // Nobody gets the key of somebody else by rotating it, and nobody revokes it by its name or its beginning.
    await expect(own.rotateKey({ name: 'laptop' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await admin.rotateKey({ name: 'laptop' })).__typename).toBe('MadeKey');
    expect(await own.revokeKey(his.key.prefix, { person: true })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    const next = await changeOwnKey(server, browser, 'rotateKey', { name: 'laptop', overlapMs: 0 });
    await expect(clientWith(mine.secret).viewer()).rejects.toThrow('was replaced at');
    for (const { secret } of [next, his])
      expect((await clientWith(secret).viewer()).scopes).toEqual(['READ']);
    const revoked = expectType(await own.revokeKey('laptop', { person: true }), 'RevokedKeys');
    expect(new Set(revoked.keys.map(({ owner }) => owner))).toEqual(new Set(['ann@example.org']));
    await expect(clientWith(next.secret).viewer()).rejects.toThrow(
      'Make a new one: nightshift keys create --mine',
    );
    expect((await clientWith(his.secret).viewer()).id).toBe('ben@example.org');
    // An admin revokes any key by how it begins, and by a name those of the service.
    const byName = expectType(await admin.revokeKey('laptop'), 'RevokedKeys');
    expect(byName.keys.map(({ owner }) => owner)).toEqual([null, null]);
    expectType(await admin.revokeKey(his.key.prefix), 'RevokedKeys');
    await expect(clientWith(his.secret).viewer()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('sleeps while its person does not sign in, and wakes with them', async () => {
    const { secret } = await make(['READ']);
    await change("UPDATE people SET signed_in_at = clock_timestamp() - interval '29 days'");
    await server.store.onKeysChanged?.();
    expect((await clientWith(secret).viewer()).id).toBe('ann@example.org');
    await change("UPDATE people SET signed_in_at = clock_timestamp() - interval '31 days'");
    await server.store.onKeysChanged?.();
    await expect(clientWith(secret).viewer()).rejects.toThrow(
      /Your key laptop \(nsk_\w{8}…\) sleeps, because you have not signed in for 30 days\. Sign in again, and it works\./,
    );
    const patient = await start({ KEY_SLEEP_DAYS: '60' });
    expect((await clientWith(secret, patient).viewer()).id).toBe('ann@example.org');
    await change('UPDATE people SET signed_in_at = clock_timestamp()');
    await server.store.onKeysChanged?.();
    expect((await clientWith(secret).viewer()).id).toBe('ann@example.org');
    const stream = await subscribe(server, secret);
    expect(await Promise.race([stream.ended, Promise.resolve('open')])).toBe('open');
  });

  /** Opens a subscription with a key, and gives what ends with it. */
  async function subscribe({ url, store }: RunningServer, key: string) {
    const before = store.changes.size;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
      },
      body: JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { databaseId } }' }),
    });
    expect(response.status).toBe(200);
    await eventually(() => expect(store.changes.size).toBe(before + 1));
    return { ended: response.text() };
  }

  it.each([
    [
      'is removed',
      "UPDATE people SET removed_at = clock_timestamp(), removed_by = 'admin'",
      /you were removed/,
    ],
    ['loses the role', "UPDATE people SET grants = '{}'", /requires the read scope/],
  ])(
    'ends on two servers within five seconds when its person %s, and ends what is open',
    async (_what, text, why) => {
      const both = [server, await start()];
      await change("UPDATE principals SET grants = '{}'");
      // Everybody needs a key from the first one on.
      expectType(await clientWith(server.key).createKey({ name: 'ci', scopes: ['READ'] }), 'MadeKey');
      await eventually(async () => {
        for (const { url } of both)
          expect((await send(url, '/agents/tasks/paged', { key: null })).status).toBe(401);
      });
      const { secret } = await make(['READ']);
      const read = ({ url }: RunningServer) => send(url, '/agents/tasks/paged', { key: secret });
      const streams = await Promise.all(both.map((one) => subscribe(one, secret)));
      for (const one of both) expect((await read(one)).status).toBe(200);
      await change(text);
      const since = performance.now();
      const late: number[] = [];
      for (const one of both) {
        const answer = await eventually(async () => {
          const sentAt = performance.now();
          const found = await read(one);
          if (found.status === 200) late.push(sentAt - since);
          expect(found.status).toBe(403);
          return found;
        });
        expect(answer.text).toMatch(why);
      }
      expect(late.filter((ms) => ms > 5000)).toEqual([]);
      await Promise.all(streams.map(({ ended }) => ended));
    },
  );

  it('is bounded by ADMIN_USERS, as its person is', async () => {
    const { secret } = await make(['READ', 'APPROVE']);
    const strict = await start({ ADMIN_USERS: 'ben@example.org' });
    expect((await clientWith(secret, strict).viewer()).scopes).toEqual(['READ']);
    const open = await start({ ADMIN_USERS: 'Ann@Example.org' });
    expect((await clientWith(secret, open).viewer()).scopes).toEqual(['READ', 'APPROVE']);
  });
});
