import { describe, expect, it, onTestFinished } from 'vitest';
import { delegate } from '../../../domain/access/delegations.ts';
import { linkPerson } from '../../../domain/access/linkPeople.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import { delegateInput, linkPersonInput, setRoleInput } from '../../../domain/access/personInput.ts';
import { readServerConfig } from '../../../server/config.ts';
import { useDatabase } from '../../support/databases.ts';
import { viewerNamed } from '../../support/domain.ts';
import { send } from '../serve.ts';
import { makePerson, signInBrowser } from '../signIn/browserSession.ts';
import { startServer } from '../startServer.ts';

const zoe = viewerNamed('zoe@example.org');

describe('ADMIN_USERS with an address that is linked to a person', () => {
  const database = useDatabase('postgres');

  it('lists that person, in the browser and with a key', async () => {
    const variables = { PORT: '0', LOG_LEVEL: 'silent', ADMIN_USERS: 'bob@home.example' };
    const server = await startServer({ ...readServerConfig(variables), database: database.config() });
    onTestFinished(() => server.close());
    const { store } = server;
    const bob = await makePerson(store, 'bob@example.org', { own: ['approver'] });
    const { headers } = await signInBrowser(server, bob);
    const ask = async (query: string, more: object) =>
      (await send(server.url, '/graphql', { method: 'POST', key: null, json: { query }, ...more })).text;
    const scopes = '{ viewer { scopes } }';
    expect(await ask(scopes, { headers })).toContain('"scopes":["READ"]');
    const wanted = { principal: 'bob@home.example', person: 'bob@example.org' };
    await linkPerson(store, zoe, linkPersonInput.parse(wanted));
    expect(await ask(scopes, { headers })).toContain('"scopes":["READ","APPROVE"]');
    const made = await ask(
      'mutation { createKey(input: { name: "k", person: true, scopes: [APPROVE] }) { ... on MadeKey { secret } } }',
      { headers },
    );
    const key = /nsk_\w+/.exec(made)?.[0];
    expect(await ask(scopes, { key })).toContain('"scopes":["APPROVE"]');
    const grants = [{ role: 'approver' }];
    expect(
      await setRole(store, zoe, setRoleInput.parse({ person: 'bob@example.org', grants })),
    ).toMatchObject({ label: 'bob@example.org' });
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await makePerson(store, 'ann@example.org', { own: ['approver'] });
    const ann = viewerNamed('ann@example.org');
    expect(await delegate(store, ann, delegateInput.parse({ to: bob.label, until }))).toMatchObject({
      to: bob.label,
    });
  });
});
