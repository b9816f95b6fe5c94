import { describe, expect, it } from 'vitest';
import { describeDays } from '../../../orchestrator/schedule/describeDays.ts';

describe('The days of a schedule in words', () => {
  it.each([
    ['30 2 1 * 1', 'on day 1 of the month or on Mondays'],
    ['30 2 1,15 * mon,fri', 'on days 1 and 15 of the month or on Mondays and Fridays'],
    ['30 2 * * 1-5', 'on Mondays to Fridays'],
    ['0 0 * * 7', 'on Sundays'],
    ['0 0 * * sat-mon', 'on Mondays, Saturdays and Sundays'],
    ['0 0 1-7 * *', 'on days 1 to 7 of the month'],
    ['0 0 */2 * 1', 'on days 1, 3, 5 … 31 of the month that are Mondays'],
    ['0 0 L * 5L', 'on the last day of the month or on the last Friday of the month'],
    ['0 0 15W * 1#2', 'on the weekday nearest to day 15 of the month or on the second Monday of the month'],
    ['0 0 L-3 * *', 'on the day 3 days before the last of the month'],
    ['0 0 1 3,10 *', 'on day 1 of the month, in March and October'],
    ['0 0 * 6-8 *', 'every day, in June to August'],
    ['15 30 2 1-31 * 1', 'on days 1 to 31 of the month or on Mondays'],
    ['@weekly', 'on Sundays'],
    ['@yearly', 'on day 1 of the month, in January'],
    ['@daily', undefined],
    ['30 2 * * *', undefined],
    ['30 2 ? * *', undefined],
  ])('are those on which it is due (%s)', (schedule, words) => {
    expect(describeDays(schedule)).toBe(words);
  });
});
