import { beforeEach, expect, it } from 'vitest';
import { forgetPerson } from '../../../domain/access/forgetPerson.ts';
import { removePersonInput } from '../../../domain/access/personInput.ts';
import { recordRefusedSignIn } from '../../../domain/access/refusedSignIn.ts';
import { removePerson } from '../../../domain/access/removePerson.ts';
import { readDecisionPage } from '../../../domain/approvals/record.ts';
import { recordDecision } from '../../../domain/audit/audit.ts';
import { maxRefusalsAnHour, sumUpRefusals } from '../../../domain/audit/refusals.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn } from '../../support/people.ts';

describeOnEither('A sign-in that is refused', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });
  const refuse = async (more: Parameters<typeof signIn>[2], name = 'eve@example.org') => {
    await expect(signIn(store, name, more)).rejects.toThrow();
  };
  const refusedBy = (viewer: string, viewerKind: 'person' | 'anonymous', person?: number) =>
    recordDecision(store.db, {
      action: 'approve',
      outcome: 'refused',
      viewer,
      viewerKind,
      person,
      via: 'rest',
    });
  const shown = async () => {
    const { edges } = await readDecisionPage(store.db, {}, { first: 50 });
    return edges.map(({ node: { viewer, person, note } }) => ({ viewer, person, note })).reverse();
  };
  beforeEach(() => database.truncate());

  it('is under no name, whatever the account calls itself, with the account in quotes', async () => {
    await signIn(store, 'ann@example.org', { grants: ['approver'] });
    for (const label of ['person:1', 'nightshift', 'ann@example.org'])
      await refuse({ name: undefined, subject: 'eve', label });
    await refuse({ subject: 'eve' }, 'person:1');
    await refuse({ subject: 'second', grants: ['approver'] }, 'ann@example.org');
    expect(await shown()).toEqual([
      ...Array.from({ length: 3 }, () => ({
        viewer: 'anonymous',
        person: null,
        note: '"account:eve@login.example.org"',
      })),
      { viewer: 'anonymous', person: null, note: '"person:1"' },
      { viewer: 'anonymous', person: null, note: 'account 2 (issuer)' },
    ]);
  });

  it('of a person who was removed names them no more once they are forgotten', async () => {
    await signIn(store, 'ann@example.org', { grants: ['approver'], subject: 'ann' });
    const input = removePersonInput.parse({ person: 'ann@example.org' });
    await removePerson(store, ada, input);
    await refuse({ subject: 'ann' }, 'ann@example.org');
    await refuse({ subject: 'other' }, 'ann@example.org');
    await forgetPerson(store, ada, input);
    expect(await sql(`SELECT viewer, note FROM decisions WHERE action = 'sign_in'`)).toEqual([
      { viewer: 'anonymous', note: 'account 1 (issuer)' },
      { viewer: 'anonymous', note: 'an account with the name of person 1' },
    ]);
    expect(await sql(`SELECT 1 FROM decisions WHERE decisions::text LIKE '%ann@%'`)).toEqual([]);
  });

  it('takes no row of the record from a person, and no name that is spelled like a number is one', async () => {
    const { person } = await signIn(store, 'ann@example.org', { grants: ['approver'] });
    for (let at = 0; at <= maxRefusalsAnHour; at++) await refusedBy(`person:${person}`, 'anonymous');
    await refusedBy('ann@example.org', 'person', person);
    await refusedBy(`person:${person}`, 'person');
    const last = (await shown()).slice(-3);
    expect(last.map(({ viewer, person }) => [viewer, person])).toEqual([
      ['"person:1"', null],
      ['ann@example.org', 1],
      ['"person:1"', 2],
    ]);
    await sql(`UPDATE refusal_hours SET hour = hour - interval '1 hour'`);
    await sumUpRefusals(store.db);
    expect((await shown()).at(-1)).toMatchObject({ viewer: '"person:1"', person: null });
  });

  it('has rows of its own, apart from other refusals of nobody, and from sign-ins of another kind', async () => {
    const ways = ['issuer', 'github'] as const;
    const signInBy = (kind: (typeof ways)[number]) =>
      recordRefusedSignIn(store.db, { kind, issuer: 'https://login.example.org' }, 'You have no role.');
    for (let at = 0; at <= maxRefusalsAnHour; at++) await refusedBy('anonymous', 'anonymous');
    for (let at = 0; at <= maxRefusalsAnHour; at++) await signInBy('issuer');
    await signInBy('github');
    const rows = () =>
      sql(`SELECT action, proof, count(*)::int AS rows FROM decisions GROUP BY 1, 2 ORDER BY 1, 2`);
    expect(await rows()).toEqual([
      { action: 'approve', proof: null, rows: maxRefusalsAnHour },
      { action: 'sign_in', proof: 'github', rows: 1 },
      { action: 'sign_in', proof: 'issuer', rows: maxRefusalsAnHour },
    ]);
    await sql(`UPDATE refusal_hours SET hour = hour - interval '1 hour'`);
    expect(await sumUpRefusals(store.db)).toBe(2);
    expect(
      await sql(`SELECT viewer, action FROM decisions WHERE refusal LIKE '1 more%' ORDER BY action`),
    ).toEqual([
      { viewer: 'anonymous', action: 'approve' },
      { viewer: 'anonymous', action: 'sign_in' },
    ]);
  });
});
