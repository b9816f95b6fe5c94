import { beforeEach, expect, it } from 'vitest';
import { addressOfAccount } from '../../../domain/access/person.ts';
import { readWaitingPage } from '../../../domain/access/waiting.ts';
import type { KnownPeople } from '../../../domain/input/people.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { signIn } from '../../support/people.ts';

const issuer = 'https://github.com';

describeOnEither('Accounts that wait to be linked', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  /** What is shown of those that wait, on a server that maps these logins. */
  const shown = async (mapped: [login: string, person: string][] = []) => {
    const knownPeople = { users: new Map(mapped) } as unknown as KnownPeople;
    const { edges } = await readWaitingPage({ db: store.db, knownPeople }, {});
    return edges.map(({ node }) => [node.label, addressOfAccount(node), node.likelyPerson]);
  };
  const refused = (name: string, more: object = {}) =>
    expect(signIn(store, name, { grants: ['viewer'], ...more })).rejects.toThrow('nightshift people link');

  it('show their address, and the person who has it', async () => {
    await signIn(store, 'Ann@example.org', { grants: ['viewer'] });
    await refused('ann@example.org');
    expect(await shown()).toEqual([['ann@example.org', 'ann@example.org', 'Ann@example.org']]);
  });

  it('show the person that the one of their address was merged into', async () => {
    const ann = await signIn(store, 'ann@example.org', { grants: ['viewer'] });
    const old = await signIn(store, 'ann@old.example', { grants: ['viewer'] });
    await refused('ann@old.example');
    await store.db.query({
      text: `UPDATE people SET removed_at = clock_timestamp(), removed_by = 'ada@example.org', merged_into = $1 WHERE id = $2`,
      values: [ann.person, old.person],
    });
    expect(await shown()).toEqual([['ann@old.example', 'ann@old.example', 'ann@example.org']]);
  });

  it('of GitHub show the person of their login, or the one that it is mapped to, and no address', async () => {
    const github = { kind: 'github', issuer, isBesideIssuer: true } as const;
    await signIn(store, 'ann@example.org', { grants: ['viewer'] });
    await refused('github:Ann', { ...github, label: 'Ann' });
    expect(await shown()).toEqual([['Ann', null, null]]);
    expect(await shown([['ann', 'ann@example.org']])).toEqual([['Ann', null, 'ann@example.org']]);
    await store.db.query({
      text: "INSERT INTO people (label, identity_key) VALUES ('github:ann', 'github:ann')",
    });
    expect(await shown()).toEqual([['Ann', null, 'github:ann']]);
  });

  it('without a verified address show none, and nobody whose they may be', async () => {
    await store.db.query({
      text: `INSERT INTO principals (kind, issuer, subject, label, identity_key)
        VALUES ('issuer', 'https://login.example.org', 'one', 'account:one@login.example.org', 'account:one@login.example.org')`,
    });
    expect(await shown()).toEqual([['account:one@login.example.org', null, null]]);
  });
});
