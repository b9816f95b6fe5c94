import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderTests } from '../../../runners/review/tests/orderTests.ts';
import { runInBatches } from '../../../runners/review/tests/runInBatches.ts';
import { sizeBatch } from '../../../runners/review/tests/sizeBatch.ts';
import { parseBudget, sayLimit } from '../../../runners/review/tests/testBudget.ts';

const batch = fc.record({
  files: fc.integer({ min: 1, max: 500 }),
  wallMs: fc.integer({ min: 0, max: 600_000 }),
  busyMs: fc.integer({ min: 0, max: 600_000 }),
});

describe('The size of a batch', () => {
  it('is small for the first, unbounded without a budget, and zero once the budget is spent', () => {
    expect(sizeBatch([], 1)).toBe(4);
    expect(sizeBatch([], Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(sizeBatch([{ files: 4, wallMs: 10, busyMs: 10 }], 0)).toBe(0);
  });

  it('follows the measured time and leaves out what every command costs again', () => {
    const first = { files: 4, wallMs: 14_000, busyMs: 4000 };
    expect(sizeBatch([first], 40_000)).toBe(14);
    const second = { files: 14, wallMs: 52_000, busyMs: 42_000 };
    expect(sizeBatch([first, second], 40_000)).toBe(5);
    expect(sizeBatch([first], 10_500)).toBe(0);
    expect(sizeBatch([first], 3_600_000)).toBe(16);
  });

  it('never plans all of the time that is left, but for a single file', () => {
    fc.assert(
      fc.property(batch, fc.integer({ min: -1000, max: 600_000 }), ({ files, wallMs, busyMs }, leftMs) => {
        const size = sizeBatch([{ files, wallMs: wallMs + busyMs, busyMs }], leftMs);
        expect(Number.isInteger(size) && size >= 0).toBe(true);
        if (size > 1) expect(wallMs + (size * busyMs) / files).toBeLessThan(leftMs);
        if (size > 0) expect(wallMs + busyMs / files).toBeLessThanOrEqual(leftMs);
      }),
    );
  });
});

describe('The order of test files', () => {
  it('goes from the changes outwards, files of unknown distance last', () => {
    const distances = new Map([
      ['far', 3],
      ['near', 1],
      ['changed', 0],
    ]);
    expect(orderTests(['unknown', 'far', 'near', 'changed'], distances, 'today')).toEqual([
      'changed',
      'near',
      'far',
      'unknown',
    ]);
  });

  it('gives every equally near file its turn at the front within some days', () => {
    const files = ['a', 'b', 'c', 'd'];
    const days = Array.from({ length: 40 }, (_, day) => orderTests(files, new Map(), `day ${day}`));
    expect(new Set(days.map(([first]) => first)).size).toBe(4);
    expect(orderTests(files.toReversed(), new Map(), 'day 0')).toEqual(days[0]);
  });
});

describe('A budget', () => {
  it('is a duration, and 0 and none mean that there is none', () => {
    expect(['90s', '2m', '0', '0s', 'none'].map(parseBudget)).toEqual([
      90_000,
      120_000,
      ...Array.from({ length: 3 }, () => Number.POSITIVE_INFINITY),
    ]);
    expect(() => parseBudget('soon')).toThrow(/duration.*none/);
    expect([90_000, 120_000, 1500].map(sayLimit)).toEqual(['90s', '2m', '1500ms']);
  });
});

describe('Batches of tests', () => {
  const files = Array.from({ length: 30 }, (_, at) => `${at}.test.js`);

  function run(left: () => number, brokenAt = 99) {
    const asked: string[][] = [];
    const limits = { budget: { said: '2m', left }, timeoutMs: 600_000, stream: undefined };
    const parts = runInBatches(
      {
        name: 'demo',
        files,
        async run(chosen) {
          asked.push([...chosen]);
          const broken = asked.length === brokenAt;
          return { findings: [], files: broken ? [] : [...chosen], ran: broken ? 0 : 2, skipped: 0, broken };
        },
      },
      limits,
    );
    return parts.then((result) => ({ ...result, asked }));
  }

  it('run every file once, in order, while time is left', async () => {
    const { asked, checked, notChecked, leftOut } = await run(() => 600_000);
    expect(asked.flat()).toEqual(files);
    expect(asked.length).toBeGreaterThan(1);
    expect(checked).toContainEqual({ what: 'test files (demo)', count: 30 });
    expect([notChecked, leftOut]).toEqual([[], []]);
  });

  it('start the first one always and no other once the budget is spent', async () => {
    const { asked, checked, notChecked, leftOut } = await run(() => -1);
    expect(asked).toEqual([files.slice(0, 4)]);
    expect(checked).toContainEqual({ what: 'tests (demo)', count: 2 });
    expect(leftOut).toEqual(['26 related test files (demo)']);
    expect(notChecked).toEqual([
      {
        what: '26 related test files (demo)',
        why: 'the budget of 2m was spent; raise it with --test-budget',
      },
    ]);
  });

  it('stop after one that broke and keep what the earlier ones found', async () => {
    const { asked, checked, notChecked } = await run(() => 600_000, 2);
    expect(asked).toHaveLength(2);
    expect(checked).toContainEqual({ what: 'test files (demo)', count: 4 });
    expect(notChecked).toEqual([
      { what: '10 related test files (demo)', why: 'the tests before them did not end well' },
    ]);
  });
});
