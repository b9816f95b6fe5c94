import { describe, expect, it, onTestFinished } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { makePerson, signInBrowser } from '../signIn/browserSession.ts';
import { startServer } from '../startServer.ts';

describe('A key of a person', () => {
  const database = useDatabase('postgres');

  /** Ann, an approver and operator of one project, who has a key with scopes and bounds; and Bob. */
  async function world(rights: string, grants = ['approver@acme/site', 'operator@acme/site']) {
    await database.truncate();
    const config = { ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' }), database: database.config() };
    const server = await startServer(config);
    onTestFinished(() => server.close());
    const ann = await makePerson(server.store, 'ann@example.org', { own: grants });
    await makePerson(server.store, 'bob@example.org', { own: ['approver'] });
    const { headers } = await signInBrowser(server, ann);
    const request = (query: string, more: Record<string, string>) =>
      send(server.url, '/graphql', { method: 'POST', key: null, headers: more, json: { query } });
    const made = await request(
      `mutation { createKey(input: { name: "k", person: true, ${rights} }) { ... on MadeKey { secret } } }`,
      headers,
    );
    const key = /nsk_\w+/.exec(made.text)?.[0] ?? '';
    const ask = async (query: string, by: 'session' | 'key') =>
      (await request(query, by === 'key' ? { authorization: `Bearer ${key}` } : headers)).text;
    return { server, key, headers, ask };
  }

  it('decides and reports no external task where the roles of its person are for a project', async () => {
    const { server, key, headers } = await world('scopes: [APPROVE, REPORT, READ], tasks: ["*"]');
    const tasks = (more: object) =>
      send(server.url, '/agents/tasks/', { method: 'POST', json: { task: 'seo', run_id: 'r' }, ...more });
    const awaiting = { task: 'seo', run_id: 'r', status: 'awaiting_approval' };
    const { id } = (await tasks({ key: server.key, json: awaiting })).json() as { id: number };
    const approve = (more: object) =>
      send(server.url, `/agents/tasks/${id}/approve`, { method: 'POST', ...more });
    for (const by of [{ key }, { key: null, headers }]) {
      expect(await approve(by)).toMatchObject({ status: 403 });
      expect(await tasks({ ...by, json: { ...awaiting, run_id: 'other' } })).toMatchObject({ status: 403 });
    }
  });

  it('names no delegate and ends none, whatever its bounds; its person does', async () => {
    const { ask } = await world('scopes: [APPROVE], plans: ["docs"]');
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const name = `mutation { delegate(input: { to: "bob@example.org", until: "${until}" }) { __typename } }`;
    const end = 'mutation { endDelegation(input: { to: "bob@example.org" }) { __typename } }';
    expect(await ask(name, 'key')).toContain('A key of your own may not name a delegate.');
    expect(await ask(name, 'session')).toContain('"Delegation"');
    expect(await ask(end, 'key')).toContain('A key of your own may not end what a delegate may.');
    expect(await ask(end, 'session')).toContain('"Delegation"');
  });

  it('signs nobody out, unless it is an admin’s; its person does', async () => {
    const { ask } = await world('scopes: [READ]');
    const one = 'mutation { endSession(input: { databaseId: 1 }) { __typename } }';
    const all = 'mutation { endSessions(input: {}) { ... on EndedSessions { count } } }';
    for (const query of [one, all])
      expect(await ask(query, 'key')).toContain('A key of your own may not end sessions');
    expect(await ask(all, 'session')).toContain('"count":1');
    const admin = await world('scopes: [ADMIN]', ['admin']);
    expect(await admin.ask(all, 'key')).toContain('"count":1');
  });
});
