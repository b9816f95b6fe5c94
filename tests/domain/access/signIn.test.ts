import { beforeEach, expect, it } from 'vitest';
import { setRole } from '../../../domain/access/managePeople.ts';
import { setRoleInput } from '../../../domain/access/personInput.ts';
import type { SignedIn } from '../../../domain/access/signedIn.ts';
import { recogniseSignIn } from '../../../domain/access/signIn.ts';
import { recordDecision } from '../../../domain/audit/audit.ts';
import { SignInRefusedError } from '../../../domain/input/errors.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';

const ann: SignedIn = {
  kind: 'issuer',
  issuer: 'https://login.example.org',
  subject: '1',
  name: 'ann@example.org',
  label: 'ann@example.org',
  grants: ['approver'],
  groups: ['release'],
};

describeOnEither('Who signs in', (database) => {
  beforeEach(() => database.truncate());

  const sign = (more: Partial<SignedIn> = {}) => recogniseSignIn(storeOf(database), { ...ann, ...more });

  it('is a person by issuer and subject, whatever the address is later', async () => {
    const first = await sign();
    expect(first.label).toBe('ann@example.org');
    expect(await sign({ name: 'ann.new@example.org' })).toEqual(first);
  });

  it('is somebody else at another issuer with the same subject, where no address says who it is', async () => {
    const [here, there] = [
      await sign({ name: undefined }),
      await sign({ name: undefined, issuer: 'https://other.example.org/x' }),
    ];
    expect(here.label).toBe('account:1@login.example.org');
    expect(there.label).toBe('account:1@other.example.org/x');
    expect(there.person).not.toBe(here.person);
  });

  it('is somebody else with a subject in other letters, where no address says who it is', async () => {
    const [one, other] = [
      await sign({ name: undefined, subject: 'aB' }),
      await sign({ name: undefined, subject: 'Ab' }),
    ];
    expect([one.label, other.label]).toEqual([
      'account:aB@login.example.org',
      'account:Ab@login.example.org',
    ]);
    expect(other.person).not.toBe(one.person);
  });

  it('is refused with a second account of an address, which waits to be linked', async () => {
    await sign();
    await expect(sign({ subject: '2' })).rejects.toThrow(SignInRefusedError);
    await expect(sign({ subject: '2', name: undefined })).rejects.toThrow('link');
  });

  it('is not the person of the same login at another GitHub', async () => {
    const octocat = { kind: 'github', name: 'github:octocat', label: 'octocat' } as const;
    const first = await sign({ ...octocat, issuer: 'https://github.com' });
    const other = { ...octocat, issuer: 'https://github.example.org', subject: '7' };
    await expect(sign(other)).rejects.toThrow('An admin can link yours');
    await expect(sign(other)).rejects.toThrow('waits until an admin links it');
    expect(await sign({ ...octocat, issuer: 'https://github.com' })).toEqual(first);
    // An address is the same person wherever it comes from.
    const mapped = { ...octocat, name: 'ann@example.org' };
    const mine = await sign();
    expect(await sign({ ...mapped, subject: '8', issuer: 'https://github.example.org' })).toMatchObject({
      person: mine.person,
    });
  });

  it('is refused without a role, and makes no person', async () => {
    await expect(sign({ grants: [] })).rejects.toThrow('You have no role');
    expect(await database.db().query<object>({ text: 'SELECT 1 FROM people' })).toEqual([]);
    expect(
      await database.db().query<object>({ text: `SELECT action, outcome, viewer, note FROM decisions` }),
    ).toEqual([{ action: 'sign_in', outcome: 'refused', viewer: 'anonymous', note: '"ann@example.org"' }]);
  });

  it('is one person however many sign in at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => sign()));
    expect(new Set(all.map(({ person }) => person)).size).toBe(1);
  });

  it('is one person with whom an admin invites at that moment, and whom the record names', async () => {
    const store = storeOf(database);
    const names = Array.from({ length: 12 }, (_, index) => `new-${index}@example.org`);
    const people = await Promise.all(
      names.map(async (name) => {
        const input = setRoleInput.parse({ person: name, grants: [{ role: 'viewer' }] });
        const decided = {
          viewer: name,
          viewerKind: 'person',
          action: 'read_settings',
          outcome: 'done',
        } as const;
        const [invited, signedIn] = await Promise.all([
          setRole(store, viewerNamed('zoe@example.org'), input),
          sign({ name, subject: name }),
          sign({ name, subject: name, issuer: 'https://other.example.org' }),
          recordDecision(store.db, { ...decided, via: 'graphql' }),
        ]);
        return [invited.id, signedIn.person];
      }),
    );
    expect(people.filter(([one, other]) => one !== other)).toEqual([]);
  });

  it('has the roles of an address only where that is its own, whatever the account shows later', async () => {
    const eve = await sign({ subject: '9', name: 'eve@example.org', grants: ['viewer'] });
    const roles = () =>
      database
        .db()
        .query<object>({ text: 'SELECT grants FROM principals WHERE id = $1', values: [eve.principal] });
    await sign({ subject: '9', name: 'new.eve@example.org', grants: ['viewer'], grantsOfAddress: ['admin'] });
    expect(await roles()).toEqual([{ grants: ['viewer'] }]);
    await sign({ grants: [], grantsOfAddress: ['admin'] });
    await expect(sign({ subject: '9', grants: ['viewer'], grantsOfAddress: ['admin'] })).rejects.toThrow(
      'the address of somebody else',
    );
    expect(await roles()).toEqual([{ grants: ['viewer'] }]);
  });
});
