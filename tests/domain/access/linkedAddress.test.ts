import { beforeEach, expect, it } from 'vitest';
import { linkPerson, unlinkPerson } from '../../../domain/access/linkPeople.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import { linkPersonInput, setRoleInput, unlinkPersonInput } from '../../../domain/access/personInput.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn } from '../../support/people.ts';

describeOnEither('An address that no account shows', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });
  const link = (principal: string, person: string, viewer = ada) =>
    linkPerson(store, viewer, linkPersonInput.parse({ principal, person }));
  beforeEach(async () => {
    await database.truncate();
    await sql(
      `INSERT INTO people (label, identity_key, grants) VALUES ('ann@example.org', 'ann@example.org', '{approver}'),
        ('ben@example.org', 'ben@example.org', '{approver}')`,
    );
  });

  it('can be linked to a person, who is counted once from then on, and taken away again', async () => {
    const { task } = await createTask(store, everything, {
      task: 'a',
      runId: 'r',
      status: 'awaiting_approval',
    });
    await sql(`UPDATE approvals SET policy = policy || '{"required": 3}'`);
    for (const name of ['ann@example.org', 'Ann@home.example'])
      await decideTask(store, viewerNamed(name), task.id, 'approve');
    const voters = async () => (await readApprovals(store.db, [task.id]))[0]?.voters;
    expect(await voters()).toHaveLength(2);
    await link('ann@Home.example', 'ann@example.org');
    expect(await voters()).toEqual(['ann@example.org']);
    expect(await sql(`SELECT kind, subject, person_id AS person FROM principals`)).toEqual([
      { kind: 'mail', subject: 'ann@home.example', person: 1 },
    ]);
    await unlinkPerson(store, ada, unlinkPersonInput.parse({ principal: 'ann@home.example' }));
    expect(await sql(`SELECT person_id AS person FROM principals`)).toEqual([{ person: null }]);
  });

  it('is the person’s in a sign-in too, where a second account of an issuer waits, and in roles', async () => {
    const first = await signIn(store, 'ann@example.org');
    await link('ann@home.example', 'ann@example.org');
    const second = () => signIn(store, 'Ann@home.example', { subject: 'second', grants: ['approver'] });
    await expect(second()).rejects.toThrow('An admin can link yours');
    await expect(second()).rejects.toThrow('waits until an admin links it');
    const issuer = 'https://other.example.org';
    expect(await signIn(store, 'ann@home.example', { issuer })).toMatchObject({
      person: first.person,
      label: 'ann@example.org',
    });
    const roles = { person: 'ann@home.example', grants: [{ role: 'viewer' }] };
    expect(await setRole(store, ada, setRoleInput.parse(roles))).toMatchObject({ label: 'ann@example.org' });
    expect(await sql('SELECT label FROM people ORDER BY id LIMIT 3')).toEqual([
      { label: 'ann@example.org' },
      { label: 'ben@example.org' },
      { label: 'ada@example.org' },
    ]);
    // The account of the person may show the linked address itself.
    const own = { subject: 'own', grants: ['viewer'] };
    const ben = await signIn(store, 'ben@example.org', own);
    await link('ben@home.example', 'ben@example.org');
    expect(await signIn(store, 'ben@home.example', own)).toMatchObject({ person: ben.person });
  });

  it('is none that is the name of somebody who may come in, nor the own one, and no key links it', async () => {
    await expect(link('ben@example.org', 'ann@example.org')).rejects.toThrow(InvalidInputError);
    await expect(link('ada@example.org', 'ann@example.org')).rejects.toThrow(InvalidInputError);
    await expect(link('new@example.org', 'ann@example.org', everything)).rejects.toThrow(InvalidInputError);
    expect(await sql('SELECT 1 FROM principals')).toEqual([]);
  });
});
