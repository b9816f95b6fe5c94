import { expect, it } from 'vitest';
import { writeLeft } from '../../../contract/text/timeLeft.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

it.each([
  [-1, 'now'],
  [0, 'now'],
  [1, 'in 1 min'],
  [12 * minute, 'in 12 min'],
  [2 * hour, 'in 2 h'],
  [2 * hour + 5 * minute, 'in 2 h 5 min'],
  [47 * hour, 'in 47 h'],
  [3 * day + 4 * hour, 'in 3 d 4 h'],
])('What is left of %i milliseconds is written %s', (ms, text) => {
  expect(writeLeft(ms)).toBe(text);
});
