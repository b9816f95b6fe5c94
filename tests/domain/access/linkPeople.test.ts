import { beforeEach, expect, it } from 'vitest';
import { hashOfKey } from '../../../contract/keyText.ts';
import { linkPerson, unlinkPerson } from '../../../domain/access/linkPeople.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import { linkPersonInput, setRoleInput, unlinkPersonInput } from '../../../domain/access/personInput.ts';
import { readSessionFacts } from '../../../domain/access/sessionFacts.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn, tokenOf, viewerOfPerson } from '../../support/people.ts';

const ada = viewerNamed('ada@example.org');
const github = { kind: 'github' as const, issuer: 'https://github.com', label: 'ann' };

describeOnBoth('An account of a person', (database) => {
  beforeEach(() => database.truncate());
  const store = storeOf(database);
  const query = <Row extends object>(text: string) => store.db.query<Row>({ text });
  const link = (principal: string | number, person: string, viewer = ada) =>
    linkPerson(store, viewer, linkPersonInput.parse({ principal: String(principal), person }));
  const unlink = (principal: string | number, viewer = ada) =>
    unlinkPerson(store, viewer, unlinkPersonInput.parse({ principal: String(principal) }));
  const stateOf = async (token: string) => (await readSessionFacts(store.db, [hashOfKey(token)]))[0]?.state;
  const signAnn = () => signIn(store, 'ann@example.org', { grants: ['approver'], subject: 'ann' });

  it('that waits is linked by its number, and signs in as that person', async () => {
    const ann = await signAnn();
    const second = { grants: ['approver'], subject: 'second' };
    await expect(signIn(store, 'ann@example.org', second)).rejects.toThrow('link');
    await expect(link('ann@example.org', 'ann@example.org')).rejects.toThrow(
      '`principal` must be the number of one account, got "ann@example.org", which is the name of several: 1 (issuer) and 2 (issuer)',
    );
    await link(2, 'ann@example.org');
    expect(await signIn(store, 'ann@example.org', second)).toMatchObject({ person: ann.person });
    expect(
      await query(
        "SELECT action, viewer_name(subject) AS subject, note FROM decisions WHERE outcome = 'done'",
      ),
    ).toEqual([{ action: 'link_person', subject: 'ann@example.org', note: 'account 2 (issuer)' }]);
  });

  it('of another person who has no other is linked with that person, whose name stays on record as the same', async () => {
    const ann = await signAnn();
    const other = await signIn(store, 'github:ann', { ...github, grants: ['operator'] });
    await setRole(store, ada, setRoleInput.parse({ person: 'github:ann', grants: [{ role: 'admin' }] }));
    await setRole(store, ada, setRoleInput.parse({ person: 'zoe@example.org', grants: [{ role: 'admin' }] }));
    const token = await tokenOf(store, other);
    expect(await link('github:ann', 'ann@example.org')).toMatchObject({ grants: [] });
    expect(await stateOf(token)).toBe('removed');
    expect(
      await query(
        'SELECT label, merged_into AS into, removed_by AS by FROM people WHERE removed_at IS NOT NULL',
      ),
    ).toEqual([{ label: 'github:ann', into: ann.person, by: ada.id }]);
    expect(
      await signIn(store, 'github:ann', {
        ...github,
        grants: ['operator'],
        subject: await subjectOf(other.principal),
      }),
    ).toMatchObject({
      person: ann.person,
      label: 'ann@example.org',
    });
    expect(
      await query(
        `SELECT action, viewer_name(subject) AS subject, note FROM decisions WHERE action LIKE '%_person' ORDER BY id`,
      ),
    ).toEqual([
      {
        action: 'remove_person',
        subject: 'github:ann',
        note: expect.stringMatching(/^linked to person:\d+$/),
      },
      {
        action: 'link_person',
        subject: 'ann@example.org',
        note: expect.stringMatching(/^account 2 \(github\), until now of person:\d+$/),
      },
    ]);
    // Whose second person it was does not get it back alone.
    const again = setRoleInput.parse({ person: 'github:ann', grants: [{ role: 'viewer' }] });
    await expect(setRole(store, viewerOfPerson(ann), again)).rejects.toThrow('who is you');
    expect(await setRole(store, ada, again)).toMatchObject({ state: 'active', mergedInto: null });
  });

  it('of a person who has another one moves alone', async () => {
    await signAnn();
    const other = await signIn(store, 'github:ann', { ...github, grants: ['operator'] });
    await signIn(store, 'bob@example.org', { grants: ['viewer'], subject: 'bob' });
    await link('bob@example.org', 'github:ann');
    await link(other.principal, 'ann@example.org');
    expect(await query('SELECT label FROM people WHERE removed_at IS NOT NULL')).toEqual([
      { label: 'bob@example.org' },
    ]);
  });

  it('is taken from its person, is signed out, and waits', async () => {
    const ann = await signAnn();
    const token = await tokenOf(store, ann);
    expect(await stateOf(token)).toBe('active');
    expect(await unlink(ann.principal)).toMatchObject({ personId: null });
    expect(await stateOf(token)).toBe('ended');
    await expect(signAnn()).rejects.toThrow('link');
    // Whoever was being signed in as that account at that moment is not signed in either.
    expect(await stateOf(await tokenOf(store, ann))).toBe('ended');
    await unlink(ann.principal);
    expect(
      await query(
        `SELECT viewer_name(subject) AS subject, note FROM decisions WHERE action = 'unlink_person'`,
      ),
    ).toEqual([{ subject: 'ann@example.org', note: 'account 1 (issuer)' }]);
  });

  it('is linked and taken away by another admin than the person alone, and by no key of several', async () => {
    const ann = await signAnn();
    await signIn(store, 'bob@example.org', { grants: ['viewer'], subject: 'bob' });
    const [annSelf, bobSelf] = [viewerOfPerson(ann), viewerNamed('BOB@example.org')];
    for (const viewer of [annSelf, bobSelf]) {
      await expect(link('bob@example.org', 'ann@example.org', viewer)).rejects.toThrow(
        'it is about yourself',
      );
    }
    await expect(unlink(ann.principal, annSelf)).rejects.toThrow('it is about yourself');
    for (const viewer of [everything, { ...ada, kind: 'service' as const }]) {
      await expect(link('bob@example.org', 'ann@example.org', viewer)).rejects.toThrow(
        'signed in as a person',
      );
      await expect(unlink(ann.principal, viewer)).rejects.toThrow('signed in as a person');
    }
    const count = `SELECT count(*)::int AS count FROM decisions WHERE action IN ('link_person', 'unlink_person') AND outcome = 'refused'`;
    expect(await query(count)).toEqual([{ count: 7 }]);
  });

  it('is linked to nobody who was removed', async () => {
    const ann = await signAnn();
    await signIn(store, 'bob@example.org', { grants: ['viewer'], subject: 'bob' });
    await query(`UPDATE people SET removed_at = now(), removed_by = 'ada' WHERE label = 'bob@example.org'`);
    await expect(link(ann.principal, 'bob@example.org')).rejects.toThrow('who was removed');
    await expect(link(99, 'bob@example.org')).rejects.toThrow('`principal` must be an account');
    await expect(link(ann.principal, 'nobody@example.org')).rejects.toThrow('`person` must be a person');
  });

  it('becomes one person’s when two admins link it to two at once', async () => {
    const ann = await signAnn();
    await signIn(store, 'bob@example.org', { grants: ['viewer'] });
    await signIn(store, 'cy@example.org', { grants: ['viewer'] });
    const zoe = viewerNamed('zoe@example.org');
    await Promise.all([link(ann.principal, 'bob@example.org'), link(ann.principal, 'cy@example.org', zoe)]);
    const [last] = await query<{ subject: string }>(
      `SELECT viewer_name(subject) AS subject FROM decisions WHERE action = 'link_person' ORDER BY id DESC LIMIT 1`,
    );
    const owner =
      'SELECT people.label FROM principals JOIN people ON people.id = person_id WHERE principals.id = 1';
    expect(await query(owner)).toEqual([{ label: last?.subject }]);
    expect(await query(`SELECT count(*)::int AS count FROM decisions WHERE action = 'link_person'`)).toEqual([
      { count: 2 },
    ]);
  });

  async function subjectOf(id: number): Promise<string> {
    const [row] = await query<{ subject: string }>(`SELECT subject FROM principals WHERE id = ${id}`);
    return row?.subject ?? '';
  }
});
