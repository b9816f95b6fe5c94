import { expect, it } from 'vitest';
import { changesBetween } from '../../../contract/plan/contentChanges.ts';
import { planDefinition } from '../../../contract/plan/plan.ts';

const changes = (before: object, after: object) =>
  changesBetween(
    planDefinition.parse({ name: 'nightly', ...before }),
    planDefinition.parse({ name: 'nightly', ...after }),
  ).map(({ text }) => text);

it('says in words which steps came and went, and what of the others changed', () => {
  expect(
    changes(
      { steps: [{ task: 'build' }, { task: 'test', needs: ['build'], lock: 'db' }, { task: 'old' }] },
      {
        concurrency: 3,
        steps: [
          { task: 'build', labels: ['linux', 'gpu'], retries: 2 },
          { task: 'lint' },
          { task: 'test', approval: 'always' },
        ],
      },
    ),
  ).toEqual([
    'The plan: concurrency changed from 1 to 3.',
    'Step build: retries changed from 0 to 2.',
    'Step build: labels changed from not set to linux, gpu.',
    'Step lint was added.',
    'Step test: approval changed from auto to always.',
    'Step test: needs changed from build to not set.',
    'Step test: lock changed from db to not set.',
    'Step old was removed.',
  ]);
});

it('names what changed of a policy, a gate and times as a plan file writes them', () => {
  const backoff = (delayMs: number) => ({ delayMs, factor: 2, maxMs: 600_000 });
  expect(
    changes(
      {
        unclaimedAfterMs: 3_600_000,
        steps: [
          {
            task: 'a',
            backoff: backoff(10_000),
            policy: { approvers: ['ann'], denySelf: true, expiresAfterMs: 90_000 },
          },
        ],
      },
      {
        unclaimedAfterMs: 5_400_000,
        steps: [
          {
            task: 'a',
            backoff: backoff(1500),
            policy: { approvers: ['ann', 'bob'], denySelf: false, expiresAfterMs: null },
            gate: { risk: 'high' },
          },
        ],
      },
    ),
  ).toEqual([
    'The plan: unclaimedAfter changed from 1h to 90m.',
    'Step a: backoff.delay changed from 10s to 1500ms.',
    'Step a: policy.approvers changed from ann to ann, bob.',
    'Step a: policy.denySelf changed from yes to no.',
    'Step a: policy.expiresAfter changed from 90s to never.',
    'Step a: gate changed from not set to set.',
    'Step a: gate.risk changed from not set to high.',
  ]);
});

it('says nothing of equal contents, and that of another order alone', () => {
  const steps = ['a', 'b', 'c'].map((task) => ({ task }));
  expect(changes({ steps }, { steps })).toEqual([]);
  expect(changes({ steps }, { steps: [...steps].reverse() })).toEqual([
    'The plan: 2 steps moved to another place in its order.',
  ]);
  // One that left moves nothing of the rest.
  expect(changes({ steps }, { steps: steps.slice(1) })).toEqual(['Step a was removed.']);
});
