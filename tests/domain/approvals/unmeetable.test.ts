import { describe, expect, it } from 'vitest';
import { type KnownPeople, whyUnmeetable } from '../../../domain/approvals/unmeetable.ts';
import { knownPeopleOf, type PeopleConfig } from '../../../server/access/knownPeople.ts';
import { readServerConfig } from '../../../server/config.ts';
import { policyProblems } from '../../../server/policyProblems.ts';

const peopleOf = (variables: Record<string, string>): KnownPeople => knownPeopleOf(configOf(variables));
const configOf = (variables: Record<string, string>): PeopleConfig => readServerConfig(variables);

const keyOnly = { ADMIN_API_KEY: 'a-key-of-sixteen-characters' };
const proxy = { ...keyOnly, TRUSTED_PROXY: '10.0.0.5' };
const hubbers = { GITHUB_USERS: 'octocat=ann@example.org,hubber=ben@example.org' };
const mail = {
  ...{ SMTP_URL: 'smtp://mail.example.org', SMTP_FROM: 'n@example.org', NOTIFY_EMAILS: 'ann@example.org' },
};

describe('A policy that nobody can meet', () => {
  it.each([
    ['a key alone, denySelf', keyOnly, { denySelf: true }, /a person must approve, and nobody can here/],
    ['a key alone, two people', keyOnly, { required: 2 }, /2 people must approve, and nobody can here/],
    [
      'a group of a key',
      { ...proxy, APPROVER_GROUPS: 'ops=admin' },
      { approvers: ['group:ops'] },
      /APPROVER_GROUPS/,
    ],
    ['a channel', proxy, { approvers: ['slack'] }, /nobody can here/],
    ['logins while GitHub is not heard', hubbers, { denySelf: true }, /while GitHub is heard/],
    ['one recipient of mails for two', mail, { required: 2 }, /only ann@example\.org can here/],
    [
      'whom ADMIN_USERS does not list',
      { ...mail, ADMIN_USERS: 'ben@example.org' },
      { denySelf: true },
      /nobody/,
    ],
    [
      'somebody else than the listed',
      { ...proxy, ADMIN_USERS: 'ben@example.org' },
      { approvers: ['ann@example.org'] },
      /nobody/,
    ],
  ])('is told: %s', (_title, variables, policy, why) => {
    expect(whyUnmeetable(policy, peopleOf(variables))).toMatch(why);
  });

  it.each([
    ['anybody of the proxy', proxy, { required: 2, denySelf: true }],
    [
      'a member of a group',
      { ...proxy, APPROVER_GROUPS: 'ops=admin,ann@example.org' },
      { approvers: ['group:OPS'] },
    ],
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
    ['a key, where nobody in particular is asked', keyOnly, { risk: 'high' as const }],
  ])('is none: %s', (_title, variables, policy) => {
    expect(whyUnmeetable(policy, peopleOf(variables))).toBeUndefined();
  });

  it('is one where the only person may not: who started the run or wrote the pull request', () => {
    const people = peopleOf(mail);
    expect(whyUnmeetable({ denySelf: true }, people)).toBeUndefined();
    expect(whyUnmeetable({ denySelf: true }, people, ['Ann@example.org'])).toMatch(/nobody can here/);
  });

  it('is named with its step for a plan, whether its approval is asked for or not', () => {
    const steps = [
      { task: 'a', policy: { denySelf: true } },
      { task: 'b', approval: 'never', policy: { denySelf: true } },
      { task: 'c' },
    ];
    const problems = policyProblems(configOf(keyOnly), { name: 'night', steps });
    expect(problems.map(({ task }) => task)).toEqual(['a']);
  });

  it('is made by no login that is mapped to what is no person', () => {
    for (const viewer of ['admin', 'Local', 'nightshift', 'slack', 'github:x', 'group:ops'])
      expect(() => readServerConfig({ GITHUB_USERS: `octocat=${viewer}` })).toThrow(/stand for no person/);
  });
});
