import { describe, expect, it } from 'vitest';
import { newsOf, rulesOf } from '../../../domain/plans/notifyRules.ts';

describe('The rules of notifications', () => {
  it('tell at once of first failures, recoveries and ends of runs, and of repeats in the morning', () => {
    expect(rulesOf(null)).toEqual({
      failure: 'now',
      repeat: 'digest',
      recovery: 'now',
      summary: 'now',
      unclaimed: 'now',
      schedule: 'now',
    });
  });

  it('are those of the plan where it says something', () => {
    expect(rulesOf({ repeat: 'never' })).toMatchObject({ repeat: 'never', failure: 'now' });
  });

  it.each([
    ['failed', false, 'failure'],
    ['failed', true, 'repeat'],
    ['succeeded', true, 'recovery'],
    ['awaiting_approval', true, 'recovery'],
    ['succeeded', false, undefined],
    ['skipped', true, undefined],
    ['queued', true, undefined],
  ])('take the end %s, when it failed before: %s, for %s', (status, before, news) => {
    expect(newsOf(status, before)).toBe(news);
  });
});
