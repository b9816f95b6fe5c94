import { beforeEach, expect, it } from 'vitest';
import { delegate } from '../../../domain/access/delegations.ts';
import { createKeyInput, rotateKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey, rotateKey } from '../../../domain/access/keys.ts';
import { linkPerson, unlinkPerson } from '../../../domain/access/linkPeople.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import {
  delegateInput,
  linkPersonInput,
  removePersonInput,
  setRoleInput,
  unlinkPersonInput,
} from '../../../domain/access/personInput.ts';
import { removePerson } from '../../../domain/access/removePerson.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { browserOf, signIn } from '../../support/people.ts';

const zoe = viewerNamed('zoe@example.org');

// A request waits its turn with the rights that it came with, and other servers know seconds later what has changed.
describeOnBoth('Whoever loses a right while a request is under way', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  /** Signs somebody in with a browser, as the request of that time sees them. */
  async function enter(name: string, grants: string[]): Promise<Viewer & { principal: number }> {
    const known = await signIn(store, `${name}@example.org`, { grants, subject: name });
    return { ...(await browserOf(store, known)), principal: known.principal };
  }
  const give = (by: Viewer, person: string, roles: ('admin' | 'approver' | 'viewer')[]) =>
    setRole(store, by, setRoleInput.parse({ person, grants: roles.map((role) => ({ role })) }));
  const remove = (by: Viewer, person: string) =>
    removePerson(store, by, removePersonInput.parse({ person, lastAdmin: true }));
  const makeKey = (by: Viewer, name = 'laptop') =>
    createKey(store, by, createKeyInput.parse({ name, person: true, scopes: ['read'] }));
  const nameDelegate = (by: Viewer, to: string) =>
    delegate(store, by, delegateInput.parse({ to, until: new Date(Date.now() + 86_400_000).toISOString() }));
  const states = () =>
    store.db.query<object>({
      text: `SELECT label, removed_at IS NOT NULL AS removed, grants FROM people WHERE label <> '${zoe.id}' ORDER BY id`,
    });
  const keys = () =>
    store.db.query<object>({ text: 'SELECT name FROM api_keys WHERE revoked_at IS NULL ORDER BY id' });
  const delegates = () =>
    store.db.query<object>({ text: 'SELECT 1 FROM delegations WHERE ended_at IS NULL' });

  it('lets nobody in again who was removed, themselves least of all', async () => {
    await give(zoe, 'mal@example.org', ['admin']);
    const admin = await enter('mal', []);
    await remove(zoe, 'mal@example.org');
    await expect(give(admin, 'mal@example.org', ['admin'])).rejects.toThrow('has changed meanwhile');
    await expect(give(admin, 'accomplice@example.org', ['admin'])).rejects.toThrow('has changed meanwhile');
    await expect(remove(admin, 'mal@example.org')).rejects.toThrow('has changed meanwhile');
    expect(await states()).toEqual([{ label: 'mal@example.org', removed: true, grants: ['admin'] }]);
  });

  it('takes no role back that was taken, and keeps one that a rule gives', async () => {
    const ruled = await enter('ann', ['admin']);
    await give(zoe, 'mal@example.org', ['admin']);
    const admin = await enter('mal', []);
    await give(admin, 'mal@example.org', ['admin', 'approver']);
    await give(zoe, 'mal@example.org', ['viewer']);
    await expect(give(admin, 'mal@example.org', ['admin'])).rejects.toThrow('has changed meanwhile');
    await give(ruled, 'bob@example.org', ['viewer']);
    expect(await states()).toMatchObject([
      { label: 'ann@example.org' },
      { label: 'mal@example.org', grants: ['viewer'] },
      { label: 'bob@example.org', grants: ['viewer'] },
    ]);
  });

  it('makes no key and no delegate of a person whose account was taken from them', async () => {
    await enter('ann', ['approver']);
    await enter('bob', ['approver']);
    const eve = await enter('eve', ['approver']);
    await linkPerson(
      store,
      zoe,
      linkPersonInput.parse({ principal: String(eve.principal), person: 'bob@example.org' }),
    );
    const asBob = await enter('eve', ['approver']);
    await makeKey(asBob, 'before');
    await unlinkPerson(
      store,
      viewerNamed('yan@example.org'),
      unlinkPersonInput.parse({ principal: String(eve.principal) }),
    );
    await expect(makeKey(asBob)).rejects.toThrow('has changed meanwhile');
    await expect(nameDelegate(asBob, 'ann@example.org')).rejects.toThrow('has changed meanwhile');
    expect([await keys(), await delegates()]).toEqual([[], []]);
  });

  it('makes no key by a session that has ended, and none for a service by a key that was revoked', async () => {
    const ann = await enter('ann', ['admin']);
    await makeKey(ann);
    await store.db.query({ text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = 'zoe'` });
    await expect(makeKey(ann, 'other')).rejects.toThrow('has changed meanwhile');
    const rotated = rotateKey(store, ann, rotateKeyInput.parse({ name: 'laptop', person: true }));
    await expect(rotated).rejects.toThrow('has changed meanwhile');
    const ofService = (by: Viewer, name: string) =>
      createKey(store, by, createKeyInput.parse({ name, scopes: ['admin'] }));
    await expect(ofService(ann, 'ci')).rejects.toThrow('has changed meanwhile');
    const { key } = await ofService(zoe, 'ops');
    const ops: Viewer = { ...zoe, id: 'service:ops', kind: 'service', key: key.id };
    await ofService(ops, 'ci');
    await store.db.query({
      text: `UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_by = 'zoe' WHERE name = 'ops'`,
    });
    await expect(ofService(ops, 'more')).rejects.toThrow('has changed meanwhile');
    expect(await keys()).toEqual([{ name: 'laptop' }, { name: 'ci' }]);
  });
});
