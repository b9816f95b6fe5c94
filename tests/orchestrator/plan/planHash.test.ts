import { expect, it } from 'vitest';
import { hashDefinition, planDefinition } from '../../../domain/engine/planDefinition.ts';
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
