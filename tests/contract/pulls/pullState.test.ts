import { expect, it } from 'vitest';
import { describePullState, pullStateOf } from '../../../contract/pulls/pullState.ts';

const never = { state: 'open', headSha: null, checkedAt: null };
const checkedAt = '2026-11-28T22:00:00Z';

it.each([
  ['that nothing was heard of is not called open', never, /^not checked yet: .*GITHUB_TOKEN or the webhook$/],
  ['that its host told nothing about is not called open', { ...never, checkedAt }, /^state not known$/],
  ['that an event told of is what it was told to be', { ...never, headSha: 'a'.repeat(40) }, /^open$/],
  ['that is over is over', { ...never, state: 'merged' }, /^merged$/],
])('A pull request %s', (_title, pull, shown) => {
  expect(describePullState(pull, true)).toMatch(shown);
});

it('A pull request that nothing was heard of asks for nothing once its task was decided', () => {
  expect(describePullState(never, false)).toBe('not checked');
});

it('A pull request is no more to programs than to people, also where they are told already', () => {
  expect(pullStateOf(never)).toBe('not_checked');
  expect(pullStateOf({ ...never, checkedAt })).toBe('unknown');
  for (const state of ['not_checked', 'unknown', 'closed'])
    expect(pullStateOf({ ...never, state })).toBe(state);
  expect(describePullState({ ...never, state: 'not_checked' }, false)).toBe('not checked');
});
