import { beforeEach, expect, it } from 'vitest';
import { endAllSessions } from '../../../domain/access/endSessions.ts';
import { forgetPerson } from '../../../domain/access/forgetPerson.ts';
import { createKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey } from '../../../domain/access/keys.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import { removePersonInput, setRoleInput } from '../../../domain/access/personInput.ts';
import { sessionsOf } from '../../../domain/access/session.ts';
import { readDecisionPage } from '../../../domain/approvals/record.ts';
import { recordDecision, recordedBy } from '../../../domain/audit/audit.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { browserOf, signIn, tokenOf } from '../../support/people.ts';

describeOnEither('What an entry of the record is about', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const subjects = async (...actions: Parameters<typeof recordDecision>[1]['action'][]) => {
    const { edges } = await readDecisionPage(store.db, { actions }, { first: 50 });
    return edges.map(({ node }) => node.subject).reverse();
  };
  beforeEach(() => database.truncate());

  it('is a person by number also where sessions ended, so that a forgotten one is not named', async () => {
    await tokenOf(store, await signIn(store, 'ann@example.org', { grants: ['approver'] }));
    await endAllSessions(store, ada, sessionsOf('ANN@example.org'));
    expect(await subjects('end_sessions')).toEqual(['ann@example.org']);
    await forgetPerson(store, ada, removePersonInput.parse({ person: '1' }));
    expect(await subjects('end_sessions')).toEqual(['forgotten person 1']);
    const rows = `SELECT 1 FROM decisions WHERE lower(decisions::text) LIKE '%ann@%'`;
    expect(await store.db.query<object>({ text: rows })).toEqual([]);
  });

  it('is a key by the name of its owner', async () => {
    const viewer = await browserOf(store, await signIn(store, 'ann@example.org', { grants: ['operator'] }));
    const input = createKeyInput.parse({ name: 'laptop', person: true, scopes: ['read'] });
    await createKey(store, viewer, input);
    expect(await subjects('create_key')).toEqual(['ann@example.org/laptop']);
    await forgetPerson(store, ada, removePersonInput.parse({ person: '1' }));
    expect(await subjects('create_key')).toEqual(['forgotten person 1/laptop']);
  });

  it('is nobody by a text that is spelled like a number', async () => {
    await signIn(store, 'ann@example.org', { grants: ['approver'] });
    const input = setRoleInput.parse({ person: 'person:1', grants: [] });
    await expect(setRole(store, everything, input)).rejects.toThrow('You cannot set the roles');
    const drained = { outcome: 'done', subject: 'person:1', via: 'graphql', ...recordedBy(ada) } as const;
    await recordDecision(store.db, { action: 'drain', ...drained });
    expect(await subjects('set_role', 'drain')).toEqual(['"person:1"', 'person:1']);
  });
});
