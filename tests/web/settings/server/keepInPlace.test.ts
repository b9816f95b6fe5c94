import { describe, expect, it } from 'vitest';
import { freshAmong, keepInPlace } from '../../../../web/settings/server/keepInPlace.ts';

const rows = (...names: string[]) => names.map((worker) => ({ worker, state: 'IDLE' }));

describe('Workers that somebody looks at', () => {
  it('stay where they are, each as it is now', () => {
    const now = [{ worker: 'a', state: 'BUSY' }, ...rows('b')];
    expect(keepInPlace(rows('a', 'b'), now, false)).toEqual(now);
  });

  it('are shown as gone when they are not among those that are there any more', () => {
    const shown = keepInPlace(rows('a', 'b'), rows('b'), false);
    expect(shown).toEqual([{ worker: 'a', state: 'GONE' }, ...rows('b')]);
    expect(keepInPlace(shown, rows('a', 'b'), false), 'and as there when they are back').toEqual(
      rows('a', 'b'),
    );
    expect(keepInPlace(rows('a', 'b'), rows('a'), true), 'where others may have moved them out').toEqual(
      rows('a', 'b'),
    );
  });

  it('are joined at the end only; others are counted', () => {
    const now = rows('a', 'b', 'c', 'd');
    const shown = keepInPlace(rows('b', 'c'), now, false);
    expect(shown).toEqual(rows('b', 'c', 'd'));
    expect(freshAmong(shown, now)).toBe(1);
    expect(keepInPlace([], now, false)).toEqual(now);
  });
});
