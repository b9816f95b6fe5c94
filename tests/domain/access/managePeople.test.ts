import { beforeEach, expect, it } from 'vitest';
import { setRole, setRoleOf } from '../../../domain/access/managePeople.ts';
import { removePersonInput, setRoleInput } from '../../../domain/access/personInput.ts';
import { removePerson } from '../../../domain/access/removePerson.ts';
import { InvalidInputError, PersonRefusedError } from '../../../domain/input/errors.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import type { Store } from '../../../domain/store.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn, tokenOf, viewerOfPerson } from '../../support/people.ts';

const ada = viewerNamed('ada@example.org');

describeOnBoth('Whoever manages people', (database) => {
  beforeEach(() => database.truncate());
  const store = storeOf(database);
  const query = <Row extends object>(text: string) => store.db.query<Row>({ text });
  const give = (
    person: string,
    grants: readonly string[],
    viewer = ada,
    more: object = {},
    on: Store = store,
  ) => setRole(on, viewer, setRoleInput.parse({ person, grants: grants.map(grantOf), ...more }));
  const remove = (person: string, viewer: Viewer = ada, more: object = {}) =>
    removePerson(store, viewer, removePersonInput.parse({ person, ...more }));
  const records = () =>
    query<object>(
      'SELECT action, outcome, viewer_name(subject) AS subject, viewer_name(viewer) AS viewer, note FROM decisions ORDER BY id',
    );

  it('makes a person by giving a role, who can then sign in as that', async () => {
    const made = await give('Ann@Example.org', ['operator', 'approver@acme/site']);
    expect(made).toMatchObject({ label: 'Ann@Example.org', state: 'invited' });
    const signedIn = await signIn(store, 'ann@example.org');
    expect(signedIn).toMatchObject({ person: made.id, label: 'Ann@Example.org' });
    expect(await give(String(made.id), ['viewer'])).toMatchObject({ state: 'active', grants: ['viewer'] });
    const who = { action: 'set_role', outcome: 'done', subject: 'Ann@Example.org', viewer: ada.id };
    expect(await records()).toEqual([
      { ...who, note: 'operator, approver@acme/site' },
      { ...who, note: 'operator, approver@acme/site → viewer' },
    ]);
  });

  it('writes nothing down when the roles are as they were', async () => {
    await give('ann@example.org', ['viewer', 'operator']);
    await give('ann@example.org', ['operator', 'viewer']);
    expect(await records()).toHaveLength(1);
  });

  it.each([
    ['ann', ['viewer'], '`person` must be an address'],
    ['ann@example.org', [], '`person` must be a known person where no role is given'],
    ['77', ['viewer'], 'a number that nobody has'],
  ])('makes nobody of %j with %j', async (person, grants, message) => {
    await expect(give(person, grants)).rejects.toThrow(message);
    expect(await query('SELECT 1 FROM people')).toEqual([]);
  });

  it.each([
    ['a shared key', everything, 'local is no person'],
    ['a service', { ...ada, id: 'service:ci', kind: 'service' as const }, 'service:ci is a service'],
  ])('gives no role with the key of %s, which stays on record', async (_who, viewer, why) => {
    const refused = give('ann@example.org', ['admin'], viewer);
    await expect(refused).rejects.toThrow(PersonRefusedError);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toThrow('nightshift people role ann@example.org <role> --bootstrap');
    expect(await query('SELECT 1 FROM people')).toEqual([]);
    expect(await records()).toMatchObject([{ action: 'set_role', outcome: 'refused', viewer: viewer.id }]);
  });

  it('writes the first admin into the database itself', async () => {
    const input = setRoleInput.parse({ person: 'ann@example.org', grants: [{ role: 'admin' }] });
    await setRoleOf(store, everything, input);
    expect(await signIn(store, 'ann@example.org')).toMatchObject({ label: 'ann@example.org' });
  });

  it('removes a person with their sessions, keys and delegations, and lets them in again', async () => {
    await give('ada@example.org', ['admin']);
    await give('bob@example.org', ['approver']);
    const ann = await signIn(store, 'ann@example.org', { grants: ['approver'], subject: 'ann' });
    await tokenOf(store, ann);
    await query(`INSERT INTO api_keys (name, prefix, sha256, scopes, made_by, person_id)
      VALUES ('laptop', 'nsk_12345678', '${'a'.repeat(64)}', '{read}', 'ann@example.org', ${ann.person})`);
    await query(`INSERT INTO delegations (person_id, delegate_id, until)
      SELECT ${ann.person}, id, now() + interval '1 day' FROM people WHERE label = 'bob@example.org'`);
    expect(await remove('ann@example.org')).toMatchObject({ state: 'removed', removedBy: ada.id });
    await remove('ann@example.org');
    expect((await records()).at(-1)).toMatchObject({
      action: 'remove_person',
      subject: 'ann@example.org',
      note: 'ended 1 session; revoked nsk_12345678…; ended 1 delegation',
    });
    const again = () => signIn(store, 'ann@example.org', { grants: ['approver'], subject: 'ann' });
    await expect(again()).rejects.toThrow('You were removed');
    expect(await give('ann@example.org', [])).toMatchObject({ state: 'removed' });
    expect(await give('ann@example.org', ['viewer'])).toMatchObject({ state: 'active', removedBy: null });
    expect(await again()).toMatchObject({ person: ann.person });
    const open =
      'SELECT 1 FROM sessions WHERE ended_at IS NULL UNION ALL SELECT 1 FROM api_keys WHERE revoked_at IS NULL';
    expect(await query(open)).toEqual([]);
  });

  it('neither removes nor demotes the last admin without saying so', async () => {
    await give('ann@example.org', ['admin']);
    await expect(remove('ann@example.org')).rejects.toThrow('is the last admin');
    await expect(give('ann@example.org', ['viewer'])).rejects.toThrow('is the last admin');
    await give('bob@example.org', ['admin']);
    await give('ann@example.org', ['viewer']);
    expect(await remove('bob@example.org', everything, { lastAdmin: true })).toMatchObject({
      state: 'removed',
    });
    // Whom the issuer makes an admin stays one when an admin's word is taken back, and is removed as the last one.
    const cy = await signIn(store, 'cy@example.org', { grants: ['admin'] });
    await expect(remove('cy@example.org')).rejects.toThrow('is the last admin');
    await give('cy@example.org', ['admin']);
    await give('cy@example.org', []);
    expect(viewerOfPerson(cy).person).toBe(cy.person);
  });

  it('of two admins who remove each other at once keeps one', async () => {
    await give('ann@example.org', ['admin']);
    await give('bob@example.org', ['admin']);
    const ended = await Promise.allSettled([remove('ann@example.org'), remove('bob@example.org')]);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('gives nobody a role that ADMIN_USERS would make void', async () => {
    const listed: Store = storeOf(database, [], { admins: ['ann@example.org'] });
    await give('Ann@example.org', ['admin'], ada, {}, listed);
    await give('bob@example.org', ['operator'], ada, {}, listed);
    for (const role of ['approver', 'admin', 'approver@acme/site']) {
      const refused = give('bob@example.org', ['viewer', role], ada, {}, listed);
      await expect(refused).rejects.toThrow(InvalidInputError);
      await expect(refused).rejects.toThrow(
        `The role ${role} would give bob@example.org nothing: ADMIN_USERS`,
      );
    }
  });

  it('keeps to the bounds of a key', async () => {
    const bounded = { ...ada, bounds: { projects: ['acme/site'] } };
    await expect(give('ann@example.org', ['viewer'], bounded)).rejects.toThrow(
      'This key may not change people',
    );
  });
});

function grantOf(text: string) {
  const [role, project] = text.split('@');
  return { role, project };
}
