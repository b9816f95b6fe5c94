import { beforeEach, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { setRoleOf } from '../../../domain/access/managePeople.ts';
import { setRoleInput } from '../../../domain/access/personInput.ts';
import type { KnownPerson } from '../../../domain/access/signIn.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { signIn, tokenOf } from '../../support/people.ts';
import { send } from '../serve.ts';
import { list, startOn } from './keyServers.ts';

describe('People, over GraphQL on two servers of one database', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  /** Makes an admin who signed in, and two servers. */
  async function begin(variables: Record<string, string> = {}) {
    const input = setRoleInput.parse({ person: 'ada@example.org', grants: [{ role: 'admin' }] });
    await setRoleOf(store, everything, input);
    const ada = await signIn(store, 'ada@example.org');
    const [one, other] = await Promise.all([
      startOn(database.config(), variables),
      startOn(database.config(), variables),
    ]);
    // Nobody reads without a key from now on.
    await one.create('ci', ['read']);
    return { ada, one, other, admin: one.client(await tokenOf(store, ada)) };
  }

  const ann = (more: object = {}): Promise<KnownPerson> =>
    signIn(store, 'ann@example.org', { subject: 'ann', ...more });

  it('are given roles, which count everywhere within five seconds', async () => {
    const { admin, other } = await begin();
    const made = expectType(
      await admin.setRole({ person: 'ann@example.org', grants: [{ role: 'VIEWER' }] }),
      'Person',
    );
    expect(made).toMatchObject({
      label: 'ann@example.org',
      state: 'INVITED',
      grants: [{ role: 'VIEWER', project: null }],
      principals: [],
    });
    const token = await tokenOf(store, await ann());
    const drain = () => other.client(token).drainWorker('w');
    await expect(drain()).rejects.toThrow('requires the operate scope');
    const grants = [{ role: 'OPERATOR' as const }, { role: 'APPROVER' as const, project: 'acme/site' }];
    expectType(await admin.setRole({ person: '#2', grants }), 'Person');
    await eventually(async () =>
      expect((await other.client(token).viewer()).scopes).toEqual([
        'READ',
        'REPORT',
        'WORK',
        'OPERATE',
        'APPROVE',
      ]),
    );
    expect(await drain()).toBeDefined();
  });

  it('who are removed lose sessions and keys on both within five seconds', async () => {
    const { admin, one, other } = await begin();
    const known = await ann({ grants: ['operator'] });
    const token = await tokenOf(store, known);
    for (const server of [one, other]) expect((await server.get(list, token)).status).toBe(200);
    expectType(await admin.removePerson({ person: 'ann@example.org' }), 'Person');
    // The server that was asked knows at once.
    expect((await one.get(list, token)).status).toBe(403);
    await eventually(async () => expect((await other.get(list, token)).status).toBe(403));
  });

  it('whose account is linked elsewhere are signed out, and come back as the other person', async () => {
    const { admin, other } = await begin();
    const known = await ann({ grants: ['viewer'] });
    const token = await tokenOf(store, known);
    expect((await other.get(list, token)).status).toBe(200);
    expectType(await admin.setRole({ person: 'bob@example.org', grants: [{ role: 'VIEWER' }] }), 'Person');
    expectType(
      await admin.linkPerson({ principal: String(known.principal), person: 'bob@example.org' }),
      'Person',
    );
    await eventually(async () => expect((await other.get(list, token)).status).toBe(403));
    const again = await tokenOf(store, await ann({ grants: ['viewer'] }));
    expect((await other.client(again).viewer()).id).toBe('bob@example.org');
    const { label } = expectType(await admin.unlinkPerson(String(known.principal)), 'Principal');
    expect(label).toBe('ann@example.org');
    const waiting = await allOf(admin.walkWaitingPrincipals());
    expect(waiting.map(({ databaseId }) => databaseId)).toEqual([known.principal]);
  });

  it('are made by no key of several or of a service, whose refusal is an answer', async () => {
    const { one } = await begin();
    const service = await one.create('boss', ['admin']);
    for (const client of [one.client(), one.client(service)]) {
      const grants = [{ role: 'ADMIN' as const }];
      expect(await client.setRole({ person: 'eve@example.org', grants })).toMatchObject({
        __typename: 'PersonRefusedError',
        message: expect.stringContaining('only an admin who signed in as a person'),
      });
    }
    expect(await one.client(service).removePerson({ person: 'ada@example.org' })).toMatchObject({
      __typename: 'PersonRefusedError',
      message: expect.stringContaining('is the last admin'),
    });
    expect(
      await one.client(service).removePerson({ person: 'ada@example.org', lastAdmin: true }),
    ).toMatchObject({
      state: 'REMOVED',
      removedBy: 'service:boss',
    });
  });

  it('that ADMIN_USERS does not list are not given what it would make void', async () => {
    const { admin } = await begin({ ADMIN_USERS: 'ada@example.org' });
    const grants = [{ role: 'APPROVER' as const }];
    expect(await admin.setRole({ person: 'bob@example.org', grants })).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('The role approver would give bob@example.org nothing'),
    });
    expect(await admin.createKey({ name: 'bot', scopes: ['READ', 'APPROVE'] })).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('The scope approve would give a service nothing: ADMIN_USERS'),
    });
    expectType(await admin.createKey({ name: 'bot', scopes: ['ADMIN'] }), 'MadeKey');
  });

  it('are listed page by page, filtered, with as many statements for one as for many', async () => {
    const { one, admin } = await begin();
    for (let index = 1; index <= 5; index++)
      await signIn(store, `q${index}@example.org`, { grants: [index % 2 ? 'operator@acme/site' : 'viewer'] });
    await admin.removePerson({ person: 'q1@example.org' });
    const labels = async (filter = {}, pageSize = 2) =>
      (await allOf(admin.walkPeople(filter, { pageSize }))).map(({ label }) => label?.split('@')[0]);
    expect(await labels()).toEqual(['q5', 'q4', 'q3', 'q2', 'q1', 'ada']);
    expect(await labels({ label: 'Q' })).toEqual(['q5', 'q4', 'q3', 'q2', 'q1']);
    expect(await labels({ role: 'OPERATOR' })).toEqual(['q5', 'q3', 'q1']);
    expect(await labels({ role: 'OPERATOR', states: ['ACTIVE'] })).toEqual(['q5', 'q3']);
    expect(await labels({ states: ['REMOVED'] })).toEqual(['q1']);
    const token = await tokenOf(
      store,
      await signIn(store, 'ada@example.org', { subject: await adaSubject() }),
    );
    const ask = async (first: number) => {
      const query = `{ people(first: ${first}) { totalCount nodes { label keyCount sessionCount principals { label kind } } } }`;
      const before = one.statements();
      const sent = {
        method: 'POST',
        json: { query },
        headers: { authorization: `Bearer ${token}` },
        key: null,
      };
      const { data } = (await send(one.url, '/graphql', sent)).json() as {
        data: { people: { nodes: object[] } };
      };
      return { statements: one.statements() - before, nodes: data.people.nodes };
    };
    // What the server reads again by itself may fall into one of them.
    const leastOf = async (first: number) => {
      const asked = [await ask(first), await ask(first), await ask(first)];
      return Math.min(...asked.map(({ statements }) => statements));
    };
    const [few, many] = [await ask(1), await ask(6)];
    expect([few.nodes.length, many.nodes.length]).toEqual([1, 6]);
    expect(await leastOf(6)).toBe(await leastOf(1));
    expect(many.nodes.at(-1)).toMatchObject({
      label: 'ada@example.org',
      keyCount: 0,
      sessionCount: 2,
      principals: [{ label: 'ada@example.org', kind: 'ISSUER' }],
    });
  });

  it('who are admins read the settings of the server, without secrets, on record', async () => {
    const { one, ada } = await begin({ ADMIN_API_KEY: 'a-key-of-sixteen-characters', LEASE_SECONDS: '12' });
    const token = await tokenOf(store, ada);
    const json = { query: '{ settings { name value isSecret source } }' };
    const answer = await send(one.url, '/graphql', {
      method: 'POST',
      json,
      headers: { authorization: `Bearer ${token}` },
      key: null,
    });
    const { data } = answer.json() as { data: { settings: { name: string }[] } };
    const named = (name: string) => data.settings.find((setting) => setting.name === name);
    expect(named('LEASE_SECONDS')).toMatchObject({ value: '12', isSecret: false, source: 'ENVIRONMENT' });
    expect(named('HOST')).toMatchObject({ value: '127.0.0.1', source: 'DEFAULT' });
    expect(named('ADMIN_API_KEY')).toMatchObject({ value: null, isSecret: true, source: 'ENVIRONMENT' });
    expect(JSON.stringify(data)).not.toContain('a-key-of-sixteen');
    const text = `SELECT viewer_name(viewer) AS viewer FROM decisions WHERE action = 'read_settings'`;
    expect(await store.db.query<object>({ text })).toEqual([{ viewer: 'ada@example.org' }]);
  });

  async function adaSubject(): Promise<string> {
    const text = `SELECT subject FROM principals WHERE label = 'ada@example.org'`;
    const [row] = await store.db.query<{ subject: string }>({ text });
    return row?.subject ?? '';
  }
});

async function allOf<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}
