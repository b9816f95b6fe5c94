import { describe, expect, it } from 'vitest';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { planInput } from '../../../orchestrator/plan/planInput.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';

const hashOf = (step: object) => {
  const plan = readPlan({ steps: [{ task: 'a', cmd: ['a', ['--flag']], ...step }] }, '/x/n.plan.ts', 'n');
  return hashDefinition(planDefinition.parse(planInput(plan, [])));
};

it('A plan that names no account is known by the same hash as before there were accounts', () => {
  expect(hashOf({})).toBe('d8f4189ac70ccb806b8a1bf71565bd1d12b722a89124b31caeae083262d52343');
});

it('A plan that names an account is another one, so that no worker without it takes the step', () => {
  const hashes = [{}, { runAs: 'a' }, { runAs: 'b' }, { runAs: { user: 'a', group: 'b' } }].map(hashOf);
  expect(new Set(hashes).size).toBe(4);
  expect(hashOf({ runAs: { user: 'a', home: '/a' } })).toBe(hashOf({ runAs: 'a' }));
});

it('A plan that says when unclaimed tasks are told and fail is another one, and is refused where they would fail first', () => {
  const read = (more: object) =>
    readPlan({ steps: [{ task: 'a', cmd: ['a'] }], ...more }, '/x/n.plan.ts', 'n');
  const hash = (more: object) => hashDefinition(planDefinition.parse(planInput(read(more), [])));
  const times = { unclaimedAfter: '10m', unclaimedFails: '2h' } as const;
  expect(new Set([{}, times, { unclaimedAfter: '10m' }].map(hash)).size).toBe(3);
  expect(planInput(read(times), [])).toMatchObject({
    unclaimedAfterMs: 600_000,
    unclaimedFailsMs: 7_200_000,
  });
  expect(() => read({ unclaimedFails: '30m' })).toThrow('before it is told after the default of "1h"');
  expect(() => read({ unclaimedAfter: '2d' })).toThrow('fail after the default of "24h"');
});

describe('The hash of a plan, by which the server knows it,', () => {
  const first = { task: 'first', cmd: ['node', ['a.mjs', '--flag', 'x']] };
  const hashWith = (step: object, more: object = {}) => {
    const steps = [first, { task: 'second', cmd: ['true'], ...step }];
    return hashDefinition(
      planDefinition.parse(planInput(readPlan({ ...more, steps }, '/x/n.plan.ts', 'n'), [])),
    );
  };
  const policy = {
    approvers: ['ada@example.org', 'group:release'],
    required: 2,
    denySelf: true,
    expiresAfter: '36h',
    onExpire: 'escalate',
    remind: ['25%', '75.5%'],
    escalateTo: ['group:leads'],
    risk: 'high',
  };

  // Runs on record, schedules, pauses and trusted repositories hang on these: none may ever change.
  it.each([
    ['nothing more', {}, '95d68f6bcdcd47e013b8430ed79386f5f806f5d2d006623a6373919290aedbbb'],
    ['needs', { needs: ['first'] }, '75f82afd18fe028cfbdaed2b8c9ee1e8c64bbde079f959d7f7dfc53d5b1cc4af'],
    ['retries', { retries: 3 }, '33e5d96de9c36dcb5c9aa0fe849adc016c0b3d729fef8c5c05139c9968dd1ab0'],
    [
      'backoff',
      { retries: 1, backoff: { delay: '90s', factor: 1.5, max: '1h' } },
      '3a3cb2f0edbd7a0964cc957c646070aae2efc4bb7a5af9cb05ef9fa29eb9e8c1',
    ],
    ['retryOn', { retryOn: ['lost'] }, '5b468ebf3d844ac21d7fcec8d0e3c59241f17a5443a593e90f979bef0e140961'],
    ['lock', { lock: 'disk' }, 'a3f3dd3ec6f571a1e73762b3b0ebde3b3384726c76bccc3313f4a808e0369113'],
    [
      'labels',
      { labels: ['linux', 'gpu'] },
      '01cbe82cbdd81eca7cfc6efdfb87ec135ac6c427f148eb536df7dc00e84c6e3b',
    ],
    [
      'runAs',
      { runAs: { user: 'ci', group: 'build' } },
      '256be74cd95f313ad82a7585911e9274ae6406e2829dc888fb7a5d4b23f890d6',
    ],
    ['onOpen', { onOpen: 'skip' }, 'b1b92cb5df3ba1bec9d8959b27ba5e50e1c58e06089e7b00752245373dd669aa'],
    ['approval', { approval: 'always' }, '260292098348ad1c4d95219f686d90a4d1ccbe9373ef433fe36276a67fa7c02e'],
    [
      'a policy',
      { approval: { mode: 'never', ...policy, onApprove: 'merge' } },
      '5f4f9da3ae7e9c05e4aa148de7b02bb29fbe1fa9745e766670f9e315e9bef1f1',
    ],
    [
      'a label',
      { approval: { onApprove: 'label:ready', expiresAfter: 'never' } },
      '8bdab659ea60ce08e28f8f47e974339c439b989703781e7a5cc2b71b4c318032',
    ],
    ['gate: true', { gate: true }, '9abd7b23e91cb2a28db2495b25cc188e0a03b83973dc3f34e7b6a7751f5579ab'],
    [
      'gate: true with a policy',
      { gate: true, approval: policy },
      '73a1a1f6be52a80feabc7b9be519d7ed237d1804ca5ef1c89e5537ab6a15d1e0',
    ],
    [
      'a gate',
      {
        gate: {
          approvers: ['ada@example.org', 'group:release'],
          required: 2,
          denySelf: true,
          expiresAfter: '36h',
          onExpire: 'reject',
          remind: ['25%', '75.5%'],
          risk: 'high',
        },
      },
      'a415600db15b06ecc352dc965f6952bb3b4b72ab8ab68e9c2436f55b576b4c8e',
    ],
    ['skipCode', { skipCode: 3 }, '9d7d86db1463a46ffbf85e603e687453efae5a5f43ec1b7831a1256b08dd37b4'],
    [
      'skipCode: false',
      { skipCode: false },
      '645919c89f2604098e733f6ddf109b750b8cde38710b77606aace2a63caff1c9',
    ],
    [
      'inputs',
      { inputs: { b: [1, { d: null }], a: 'ä' } },
      'bdbb402f885f8764eb642939cd80532d01a5cd80d7dc872a24188517870cfc38',
    ],
    [
      'what the server does not know',
      {
        env: { A: 'b' },
        secrets: ['TOKEN'],
        cwd: 'x',
        timeout: '5m',
        idleTimeout: '1m',
        grace: '1s',
        onLostContact: 'end',
        repo: 'acme/site',
        when: { branch: 'main' },
      },
      '95d68f6bcdcd47e013b8430ed79386f5f806f5d2d006623a6373919290aedbbb',
    ],
  ])('stays what it is for a step with %s', (_, step, hash) => expect(hashWith(step)).toBe(hash));

  it.each([
    ['concurrency', { concurrency: 8 }, '6cd212e4f92c6e8b01939105aa9cae007803be38fc95460df055dd76347651b3'],
    [
      'notify',
      {
        notify: {
          failure: 'digest',
          repeat: 'never',
          recovery: 'now',
          summary: 'never',
          unclaimed: 'digest',
          schedule: 'never',
        },
      },
      'd94e8f71f2a756b4347bb281411e0cc99c4adbab55b39d8a99372881c3c8c19f',
    ],
    [
      'times for unclaimed tasks',
      { unclaimedAfter: '10m', unclaimedFails: '2h' },
      'cb6cb0e859a25a34bddffb939bdb82c7ffcd1723d4d98f37dddbc2bc9ea514fa',
    ],
    [
      'a schedule',
      { schedule: '30 2 * * *', timezone: 'Europe/Berlin', catchUp: 'all', project: 'acme/site' },
      '95d68f6bcdcd47e013b8430ed79386f5f806f5d2d006623a6373919290aedbbb',
    ],
  ])('stays what it is for a plan with %s', (_, more, hash) => expect(hashWith({}, more)).toBe(hash));
});
