import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, ratios, summarize } from '../../bench/measure/statistics.ts';

const measurements = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 });

describe('A summary of measurements', () => {
  it('has the middle one as its median, or what lies between the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('puts half of the measurements between its quartiles', () => {
    expect(summarize([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, count: 5 });
  });

  it('does not depend on the order, and lies within the measurements', () => {
    fc.assert(
      fc.property(measurements, (values) => {
        const { low, median: middle, high } = summarize(values);
        expect(summarize([...values].reverse())).toEqual(summarize(values));
        expect(Math.min(...values)).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(middle);
        expect(middle).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('cannot be made of nothing', () => {
    expect(() => summarize([])).toThrow('at least one measurement');
  });
});

describe('Ratios', () => {
  it('are taken pair by pair, so that what slows both of a pair falls out', () => {
    expect(ratios([2, 20], [4, 40])).toEqual([0.5, 0.5]);
  });

  it('need as many measurements of both', () => {
    expect(() => ratios([1], [1, 2])).toThrow('got 1 and 2');
  });
});
