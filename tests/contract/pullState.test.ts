import { expect, it } from 'vitest';
import { describePullState } from '../../contract/pullState.ts';

const never = { state: 'open', headSha: null, checkedAt: null };
const checkedAt = '2026-11-28T22:00:00Z';

it.each([
  ['that nothing was heard of is not called open', never, /^not seen yet: .*GITHUB_TOKEN or the webhook$/],
  ['that its host told nothing about is not called open', { ...never, checkedAt }, /^state not known$/],
  ['that an event told of is what it was told to be', { ...never, headSha: 'a'.repeat(40) }, /^open$/],
  ['that is over is over', { ...never, state: 'merged' }, /^merged$/],
])('A pull request %s', (_title, pull, shown) => {
  expect(describePullState(pull, true)).toMatch(shown);
});

it('A pull request that nothing was heard of asks for nothing once its task was decided', () => {
  expect(describePullState(never, false)).toBe('state not known');
});
