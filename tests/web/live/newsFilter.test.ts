import { expect, it } from 'vitest';
import { createNewsFilter } from '../../../web/live/newsFilter.ts';

it('What comes twice or late is no news', () => {
  const filter = createNewsFilter();
  const task = (version: number) => ({ kind: 'TASK' as const, id: 'a', version });
  const run = { kind: 'RUN' as const, id: 'b', version: 0 };
  expect(filter([task(2), run])).toEqual([task(2), run]);
  expect(filter([task(2), task(1), run])).toEqual([]);
  expect(filter([task(3)])).toEqual([task(3)]);
});
