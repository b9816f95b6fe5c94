import { beforeEach, describe, expect, it } from 'vitest';
import { knowGithubPeople } from '../../../domain/access/githubPeople.ts';
import { linkPerson } from '../../../domain/access/linkPeople.ts';
import { linkPersonInput, removePersonInput } from '../../../domain/access/personInput.ts';
import { removePerson } from '../../../domain/access/removePerson.ts';
import { problemsOf } from '../../../domain/approvals/policyProblems.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { knownPeopleOf } from '../../../server/access/knownPeople.ts';
import { readServerConfig } from '../../../server/config.ts';
import { policyProblems } from '../../../server/policyProblems.ts';
import { describeOnEither, useDatabase } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn } from '../../support/people.ts';

const issuer = {
  PUBLIC_URL: 'https://night.example.org',
  OIDC_ISSUER: 'https://login.example.org',
  OIDC_CLIENT_ID: 'nightshift',
};
const github = {
  PUBLIC_URL: 'https://night.example.org',
  GITHUB_APP_CLIENT_ID: 'Iv23abc',
  GITHUB_APP_CLIENT_SECRET: 'a-secret-of-the-app',
};
const mail = { SMTP_URL: 'smtp://mail.example.org', SMTP_FROM: 'n@example.org' };

describeOnEither('Whether somebody can approve a plan', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const [ann, home] = ['ann@example.org', 'ann@home.example'];
  beforeEach(() => database.truncate());

  /** What is wrong with a policy, on a server of these variables and the people of the database. */
  const problemOf = async (variables: Record<string, string>, policy: object) => {
    const config = readServerConfig(variables);
    const githubUsers = knowGithubPeople(store.db, {
      issuer: 'https://github.com',
      mapped: config.githubUsers,
      isBesideIssuer: config.githubSignIn?.isBesideIssuer ?? false,
    });
    await githubUsers.refresh();
    const plan = planDefinition.parse({ name: 'night', steps: [{ task: 'make', policy }] });
    const set = { db: store.db, knownPeople: knownPeopleOf(config), githubUsers };
    return (await problemsOf(set, plan))[0]?.problem;
  };
  const link = (principal: string, person = ann) =>
    linkPerson(store, ada, linkPersonInput.parse({ principal, person }));
  const byGithub = (name = 'github:annie') =>
    signIn(store, name, {
      kind: 'github',
      issuer: 'https://github.com',
      label: name.replace('github:', ''),
      grants: ['approver'],
    });

  it('counts two addresses of one person once, where two must approve', async () => {
    const both = { approvers: [ann, home], required: 2 };
    await signIn(store, ann, { grants: ['approver'] });
    expect(await problemOf(issuer, both)).toBeUndefined();
    await link(home);
    expect(await problemOf(issuer, both)).toContain(`2 must approve, and only ${ann} can here`);
  });

  it('takes a linked address for its person, where people are listed', async () => {
    const listed = { ...issuer, ADMIN_USERS: ann };
    await signIn(store, ann, { grants: ['approver'] });
    expect(await problemOf(listed, { approvers: [home] })).toContain('Only people in ADMIN_USERS');
    await link(home);
    expect(await problemOf(listed, { approvers: [home] })).toBeUndefined();
    expect(await problemOf({ ...issuer, ADMIN_USERS: home }, { approvers: [ann] })).toBeUndefined();
  });

  it('takes nobody who was removed', async () => {
    await signIn(store, ann, { grants: ['approver'] });
    expect(await problemOf(issuer, { approvers: [ann] })).toBeUndefined();
    await removePerson(store, ada, removePersonInput.parse({ person: ann }));
    expect(await problemOf(issuer, { approvers: [ann] })).toContain('Only people can approve this');
  });

  it('takes a person whose account of GitHub was linked, by either name', async () => {
    await byGithub();
    await store.db.query({
      text: 'INSERT INTO people (label, identity_key) VALUES ($1::text, $1::text)',
      values: [ann],
    });
    expect(await problemOf(github, { approvers: [ann] })).toContain('Only people can approve this');
    await link('github:annie');
    for (const approvers of [[ann], ['github:annie']])
      expect(await problemOf(github, { approvers })).toBeUndefined();
    expect(await problemOf({ ...github, ADMIN_USERS: ann }, { denySelf: true })).toBeUndefined();
    expect(await problemOf(github, { approvers: [ann, 'github:annie'], required: 2 })).toContain(
      `only ${ann} can here`,
    );
  });

  it('lets the link of a mail to a linked address count as its person’s', async () => {
    const links = { ...mail, NOTIFY_EMAILS: home };
    await store.db.query({
      text: 'INSERT INTO people (label, identity_key) VALUES ($1::text, $1::text)',
      values: [ann],
    });
    expect(await problemOf(links, { approvers: [ann] })).toContain('Only people can approve this');
    await link(home);
    expect(await problemOf(links, { approvers: [ann] })).toBeUndefined();
    expect(await problemOf(links, { approvers: [ann], risk: 'high' })).toContain('Only people can');
  });
});

describe('Without a server', () => {
  const database = useDatabase('postgres');

  it('the people of its database count, as a server would judge', async () => {
    const config = { ...readServerConfig({ ...issuer, LOG_LEVEL: 'silent' }), database: database.config() };
    const policy = { approvers: ['ann@example.org', 'ann@home.example'], required: 2 };
    const plan = { name: 'night', steps: [{ task: 'make', policy }] };
    expect(await policyProblems(config, plan)).toEqual([]);
    const store = storeOf(database);
    await signIn(store, 'ann@example.org', { grants: ['approver'] });
    await linkPerson(
      store,
      viewerNamed('ada@example.org'),
      linkPersonInput.parse({ principal: 'ann@home.example', person: 'ann@example.org' }),
    );
    expect(await policyProblems(config, plan)).toMatchObject([{ task: 'make' }]);
  });
});
