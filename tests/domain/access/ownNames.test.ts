import { beforeEach, expect, it } from 'vitest';
import { forgetPerson } from '../../../domain/access/forgetPerson.ts';
import { linkPerson } from '../../../domain/access/linkPeople.ts';
import { linkPersonInput, removePersonInput } from '../../../domain/access/personInput.ts';
import { type KnownPerson, recogniseSignIn } from '../../../domain/access/signIn.ts';
import { whoOf } from '../../../server/signIn/issuerAnswer.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn } from '../../support/people.ts';

describeOnEither('A name that somebody has given themselves elsewhere', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });
  const config = { groupsClaim: 'groups', rules: [{ of: 'everybody', grant: 'viewer' }], trustEmail: false };
  const issuer = 'https://login.example.org';
  const enter = (sub: string, name: string, email?: string) =>
    recogniseSignIn(
      store,
      whoOf(
        {
          iss: issuer,
          sub,
          name,
          preferred_username: name,
          ...(email ? { email, email_verified: true } : {}),
        },
        config as unknown as Parameters<typeof whoOf>[1],
      ),
    );
  const link = (principal: string, person: string) =>
    linkPerson(store, ada, linkPersonInput.parse({ principal, person }));
  const forget = (person: string) => forgetPerson(store, ada, removePersonInput.parse({ person }));
  const start = ({ label }: KnownPerson) =>
    sql(`INSERT INTO runs (run_id, started_by) VALUES ('r', '${label}')`);
  const startedBy = () => sql('SELECT started_by AS by FROM runs');
  const github = (label: string, subject: string) =>
    signIn(store, `github:${label}`, {
      kind: 'github',
      issuer: 'https://github.com',
      subject,
      label,
      grants: ['approver'],
    });
  beforeEach(() => database.truncate());

  it('is not the address or the login by which an account is linked', async () => {
    const bob = await signIn(store, 'bob@example.org', { grants: ['approver'] });
    const eve = await enter('eve', 'bob@home.example', 'eve@example.org');
    const mallory = await enter('mallory', 'github:bob');
    await link('bob@home.example', 'bob@example.org');
    await expect(link('github:bob', 'bob@example.org')).rejects.toThrow('an account that');
    expect(await enter('eve', 'bob@home.example', 'eve@example.org')).toMatchObject({ person: eve.person });
    expect(
      await sql(
        `SELECT kind, label, person_id AS person FROM principals WHERE id > ${bob.principal} ORDER BY id`,
      ),
    ).toEqual([
      { kind: 'issuer', label: 'eve@example.org', person: eve.person },
      { kind: 'issuer', label: 'account:mallory@login.example.org', person: mallory.person },
      { kind: 'mail', label: 'bob@home.example', person: bob.person },
    ]);
  });

  it('is no name of theirs when they are forgotten', async () => {
    const bob = await signIn(store, 'bob@example.org', { grants: ['approver'] });
    await enter('eve', 'bob@example.org', 'eve@example.org');
    await start(bob);
    expect(await forget('eve@example.org')).toMatchObject({ rewritten: 0 });
    expect(await startedBy()).toEqual([{ by: 'bob@example.org' }]);
  });

  it('is that of the one who had it before, also a login that another account has now', async () => {
    const annie = await github('annie', '1');
    await github('ben', '2');
    await github('annie', '2');
    await start(annie);
    expect(await forget('github:ben')).toMatchObject({ rewritten: 0 });
    expect(await startedBy()).toEqual([{ by: 'github:annie' }]);
  });
});
