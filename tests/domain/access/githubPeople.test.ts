import { beforeEach, expect, it } from 'vitest';
import { knowGithubPeople } from '../../../domain/access/githubPeople.ts';
import { linkPerson } from '../../../domain/access/linkPeople.ts';
import { linkPersonInput } from '../../../domain/access/personInput.ts';
import type { SignedIn } from '../../../domain/access/signedIn.ts';
import { recogniseSignIn } from '../../../domain/access/signIn.ts';
import { SignInRefusedError } from '../../../domain/input/errors.ts';
import { viewerOf } from '../../../domain/input/people.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';

const issuer = 'https://github.com';
const ann: SignedIn = {
  kind: 'github',
  issuer,
  subject: '1',
  name: 'github:ann',
  label: 'ann',
  grants: ['approver'],
  groups: ['acme/release'],
};

describeOnEither('Who has signed in by GitHub', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const sign = (more: Partial<SignedIn> = {}) => recogniseSignIn(store, { ...ann, ...more });
  const renamed = { name: 'github:annie', label: 'annie' };
  const know = async (mapped: [string, string][] = [], isBesideIssuer = false) => {
    const people = knowGithubPeople(store.db, { issuer, mapped: new Map(mapped), isBesideIssuer });
    await people.refresh();
    return people;
  };

  it('is the same person as a reviewer there, in the teams of the sign-in', async () => {
    expect(viewerOf(await know(), { login: 'Ann', id: 1 })).toMatchObject({ kind: 'login' });
    await sign();
    const people = await know();
    expect(viewerOf(people, { login: 'Ann', id: 1 })).toMatchObject({ kind: 'person', id: 'github:ann' });
    expect(viewerOf(people, { login: 'Ann' })).toMatchObject({ kind: 'person', id: 'github:ann' });
    expect(people.groupsOf('GitHub:Ann')).toEqual(['acme/release']);
  });

  it('is named by the new login after it was renamed, and keeps what was done before', async () => {
    const first = await sign();
    expect(await sign(renamed)).toEqual({ ...first, label: 'github:annie' });
    const people = await know();
    expect(viewerOf(people, { login: 'annie', id: 1 })).toMatchObject({ kind: 'person', id: 'github:annie' });
    expect(viewerOf(people, { login: 'ann', id: 1 })).toMatchObject({ id: 'github:annie' });
  });

  it('is nobody else who takes a login that was given up', async () => {
    await sign();
    const another = { login: 'ann', id: 2 };
    expect(viewerOf(await know([['ann', 'ann@example.org']]), another)).toMatchObject({ kind: 'login' });
    await expect(sign({ subject: '2' })).rejects.toThrow(SignInRefusedError);
    await database.db().query<object>({ text: 'DELETE FROM principals WHERE person_id IS NULL' });
    await sign(renamed);
    await expect(sign({ subject: '2' })).rejects.toThrow('Somebody else is known here by the name');
    expect(viewerOf(await know(), another)).toMatchObject({ kind: 'login' });
  });

  it('keeps the name that an admin or the settings gave, whatever the login becomes', async () => {
    const first = await sign({ name: 'ann@example.org' });
    expect(await sign({ ...renamed, name: 'ann@example.org' })).toEqual(first);
    expect(await sign(renamed)).toEqual(first);
    expect(viewerOf(await know(), { login: 'annie', id: 1 }).id).toBe('ann@example.org');
  });

  it('stays who it is where its login is mapped later, or it takes a login that is mapped', async () => {
    const first = await sign();
    expect(await sign({ name: 'ann@example.org' })).toEqual(first);
    const mapped: [string, string][] = [['boss', 'boss@example.org']];
    expect(await sign({ name: 'boss@example.org', label: 'boss' })).toEqual(first);
    expect(viewerOf(await know(mapped), { login: 'boss', id: 1 })).toMatchObject({ id: 'github:ann' });
    await sign({ subject: '2', name: 'github:ben', label: 'ben' });
    await sign({ kind: 'issuer', subject: '9', name: 'ben@example.org' });
    await expect(sign({ subject: '2', name: 'ben@example.org', label: 'ben' })).rejects.toThrow('can link');
  });

  it('decides nothing there after it was removed', async () => {
    await sign();
    await database.db().query<object>({
      text: "UPDATE people SET removed_at = clock_timestamp(), removed_by = 'admin'",
    });
    const people = await know();
    for (const id of [1, undefined])
      expect(viewerOf(people, { login: 'ann', ...(id ? { id } : {}) })).toMatchObject({ wasRemoved: true });
    expect(viewerOf(people, { login: 'ben', id: 2 })).not.toHaveProperty('wasRemoved');
  });

  it('is not meant by a login that it took from somebody', async () => {
    await sign();
    await sign({ subject: '2', name: 'github:ben', label: 'ben' });
    await sign(renamed);
    expect(await sign({ subject: '2', name: 'github:ann', label: 'ann' })).toMatchObject({
      label: 'github:ben',
    });
    const people = await know();
    expect(people.get('ann')).toBeUndefined();
    expect(people.get('annie')).toBe('github:annie');
    expect(viewerOf(people, { login: 'ann', id: 2 }).id).toBe('github:ben');
  });

  it('swaps logins with somebody without taking over their name', async () => {
    await sign();
    await sign({ subject: '2', name: 'github:ben', label: 'ben' });
    expect(await sign({ name: 'github:ben', label: 'ben' })).toMatchObject({ label: 'github:ann' });
    expect(viewerOf(await know(), { login: 'ben', id: 1 }).id).toBe('github:ann');
  });

  it('counts beside an issuer only where it is linked, or mapped by the settings', async () => {
    const beside = { isBesideIssuer: true };
    await expect(sign(beside)).rejects.toThrow('not yet whose GitHub account this is');
    await expect(sign(beside)).rejects.toThrow('link');
    expect(viewerOf(await know([], true), { login: 'ann', id: 1 }).kind).toBe('login');
    expect(await sign({ ...beside, subject: '2', name: 'ben@example.org', label: 'ben' })).toMatchObject({
      label: 'ben@example.org',
    });
    expect(viewerOf(await know([], true), { login: 'ben', id: 2 }).id).toBe('ben@example.org');
  });

  it('counts beside an issuer once an admin has linked it, also where it was a person before', async () => {
    const admin = viewerNamed('eve@example.org');
    const beside = { isBesideIssuer: true };
    await sign({ kind: 'issuer', subject: '9', name: 'ann@example.org', label: 'ann@example.org' });
    await expect(sign(beside)).rejects.toThrow('link');
    await sign({ subject: '2', name: 'github:ben', label: 'ben' });
    for (const principal of ['github:ann', 'github:ben'])
      await linkPerson(store, admin, linkPersonInput.parse({ principal, person: 'ann@example.org' }));
    expect(await sign(beside)).toMatchObject({ label: 'ann@example.org' });
    const people = await know([], true);
    for (const account of [
      { login: 'ann', id: 1 },
      { login: 'ben', id: 2 },
    ])
      expect(viewerOf(people, account)).toMatchObject({ kind: 'person', id: 'ann@example.org' });
  });

  it('counts no more beside an issuer that came later', async () => {
    await sign();
    await expect(sign({ isBesideIssuer: true })).rejects.toThrow('not yet whose GitHub account this is');
    expect(viewerOf(await know([], true), { login: 'ann', id: 1 }).kind).toBe('login');
  });

  it('is no person any more once removed', async () => {
    await sign();
    await database.db().query<object>({ text: `UPDATE people SET removed_at = now(), removed_by = 'admin'` });
    expect(viewerOf(await know([['ann', 'ann@example.org']]), { login: 'ann', id: 1 }).kind).toBe('login');
  });
});
