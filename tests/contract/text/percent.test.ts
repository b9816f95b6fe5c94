import { describe, expect, it } from 'vitest';
import { formatGrowth, formatRate } from '../../../contract/text/percent.ts';

describe('Percent', () => {
  it('of a rate are whole, and 100 only of all', () => {
    expect([0, 0.5, 0.999, 1].map(formatRate)).toEqual(['0%', '50%', '99%', '100%']);
  });

  it('of a rate are what was divided, whatever a binary fraction makes of it', () => {
    for (let part = 0; part <= 100; part += 1) expect(formatRate(part / 100)).toBe(`${part}%`);
  });

  it('of growth have a sign', () => {
    expect([0.314, 0, -0.02].map(formatGrowth)).toEqual(['+31%', '+0%', '-2%']);
  });
});
