import { describe, expect, it } from 'vitest';
import { whyUnmeetable } from '../../../domain/approvals/unmeetable.ts';
import type { KnownPeople } from '../../../domain/input/people.ts';
import { knownPeopleOf } from '../../../server/access/knownPeople.ts';
import { readServerConfig } from '../../../server/config.ts';
import { policyProblems } from '../../../server/policyProblems.ts';
import { tempDir } from '../../support/tempDir.ts';

const peopleOf = (variables: Record<string, string>): KnownPeople => knownPeopleOf(configOf(variables));
const configOf = (variables: Record<string, string>) =>
  readServerConfig({ ...variables, NIGHTSHIFT_DATA: tempDir() });

const setOneOf =
  'To let people decide here, set one of: OIDC_ISSUER, TRUSTED_PROXY, GITHUB_APP_CLIENT_ID, GITHUB_USERS (with GITHUB_TOKEN or the webhook), NOTIFY_EMAILS.';
const keyOnly = { ADMIN_API_KEY: 'a-key-of-sixteen-characters' };
const proxy = { ...keyOnly, TRUSTED_PROXY: '10.0.0.5' };
const issuer = {
  PUBLIC_URL: 'https://night.example.org',
  OIDC_ISSUER: 'https://login.example.org',
  OIDC_CLIENT_ID: 'nightshift',
};
const hubbers = { GITHUB_USERS: 'octocat=ann@example.org,hubber=ben@example.org' };
const github = {
  ...keyOnly,
  PUBLIC_URL: 'https://nightshift.example.org',
  GITHUB_APP_CLIENT_ID: 'Iv23abc',
  GITHUB_APP_CLIENT_SECRET: 'a-secret-of-the-app',
};
const mail = {
  SMTP_URL: 'smtp://mail.example.org',
  SMTP_FROM: 'n@example.org',
  NOTIFY_EMAILS: 'ann@example.org',
};

describe('A policy that nobody can meet', () => {
  it.each([
    ['a key alone, denySelf', keyOnly, { denySelf: true }, `Only people can approve this. ${setOneOf}`],
    [
      'a key alone, two people',
      keyOnly,
      { required: 2 },
      `Only people can approve this: 2 must approve, and nobody can here. ${setOneOf}`,
    ],
    [
      'a group of a key',
      { ...proxy, APPROVER_GROUPS: 'ops=admin' },
      { approvers: ['group:ops', 'group:Release'] },
      'No person is in group:ops, group:Release (APPROVER_GROUPS).',
    ],
    [
      'a key alone, high risk',
      keyOnly,
      { risk: 'high' as const },
      'Only people can approve this. To let people decide here, set one of: OIDC_ISSUER, TRUSTED_PROXY, GITHUB_APP_CLIENT_ID, GITHUB_USERS (with GITHUB_TOKEN or the webhook).',
    ],
    ['links alone, high risk', mail, { risk: 'high' as const }, 'Only people can approve this.'],
    ['a channel', proxy, { approvers: ['slack'] }, 'Only people can approve this, of slack. Name people'],
    [
      'logins beside an issuer',
      { ...github, ...issuer },
      { approvers: ['github:ann'] },
      'Name people who can sign in here, by their email addresses.',
    ],
    ['logins while GitHub is not heard', hubbers, { denySelf: true }, setOneOf],
    [
      'one recipient of mails for two',
      mail,
      { required: 2 },
      '2 must approve, and only ann@example.org can here.',
    ],
    [
      'whom ADMIN_USERS does not list',
      { ...mail, ADMIN_USERS: 'ben@example.org' },
      { denySelf: true },
      'Only people in ADMIN_USERS can approve this.',
    ],
    [
      'somebody else than the listed',
      { ...proxy, ADMIN_USERS: 'ben@example.org' },
      { approvers: ['ann@example.org'] },
      'Only people in ADMIN_USERS can approve this, of ann@example.org. ',
    ],
  ])('is told: %s', (_title, variables, policy, why) => {
    expect(whyUnmeetable(policy, peopleOf(variables))).toContain(why);
  });

  it.each([
    ['anybody of the proxy', proxy, { required: 2, denySelf: true }],
    [
      'a member of a group',
      { ...proxy, APPROVER_GROUPS: 'ops=admin,ann@example.org' },
      { approvers: ['group:OPS'] },
    ],
    ['anybody of the issuer', issuer, { required: 2, denySelf: true }],
    ['a group of the issuer', issuer, { approvers: ['group:release'] }],
    ['mapped logins', { ...hubbers, GITHUB_TOKEN: 'x' }, { required: 2 }],
    [
      'a login that stands for somebody',
      { ...hubbers, GITHUB_TOKEN: 'x' },
      { approvers: ['github:octocat'] },
    ],
    [
      'who may after an escalation',
      { ...proxy },
      { approvers: ['slack'], onExpire: 'escalate' as const, escalateTo: ['ann@example.org'] },
    ],
    ['a key, where nobody in particular is asked', keyOnly, {}],
    ['anybody of the proxy, high risk', proxy, { risk: 'high' as const }],
    [
      'a login that stands for somebody, high risk',
      { ...hubbers, GITHUB_TOKEN: 'x' },
      { risk: 'high' as const },
    ],
    ['whoever signs in by GitHub', github, { required: 2, denySelf: true }],
    ['a team of GitHub', github, { approvers: ['group:acme/release'], required: 2 }],
    ['logins that sign in', github, { approvers: ['github:ann', 'github:ben'], required: 2 }],
  ])('is none: %s', (_title, variables, policy) => {
    expect(whyUnmeetable(policy, peopleOf(variables))).toBeUndefined();
  });

  it('is one where the only person may not: who started the run or wrote the pull request', () => {
    const people = peopleOf(mail);
    expect(whyUnmeetable({ denySelf: true }, people)).toBeUndefined();
    expect(whyUnmeetable({ denySelf: true }, people, undefined, ['Ann@example.org'])).toContain(
      'Only people can approve this',
    );
  });

  it('is named with its step for a plan, whether its approval is asked for or not', async () => {
    const steps = [
      { task: 'a', policy: { denySelf: true } },
      { task: 'b', approval: 'never', policy: { denySelf: true } },
      { task: 'c' },
    ];
    const problems = await policyProblems(configOf(keyOnly), { name: 'night', steps });
    expect(problems.map(({ task }) => task)).toEqual(['a']);
  });

  it('is one by what the server demands for the project of the plan, and no other', async () => {
    const config = configOf({ ...mail, APPROVAL_FLOOR: 'acme/site: required 2' });
    const plan = { name: 'night', steps: [{ task: 'a' }] };
    expect(await policyProblems(config, plan, 'acme/site')).toMatchObject([{ task: 'a' }]);
    expect(await policyProblems(config, plan, 'acme/other')).toEqual([]);
  });

  it('is one where the server demands somebody who is no person, beside a group of the issuer', () => {
    const policy = { approvers: ['group:release'], alsoApprovers: ['slack'] };
    expect(whyUnmeetable(policy, peopleOf(issuer))).toBe(
      'Only people can approve this, of group:release, and of slack. Name people who can sign in here, by their email addresses.',
    );
  });

  it('is made by no login that is mapped to what is no person', () => {
    for (const viewer of ['admin', 'Local', 'nightshift', 'slack', 'github:x', 'group:ops', 'service:ci'])
      expect(() => readServerConfig({ GITHUB_USERS: `octocat=${viewer}` })).toThrow(/stand for no person/);
  });
});
