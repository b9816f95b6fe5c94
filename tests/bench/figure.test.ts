import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Figure, judge } from '../../bench/figure.ts';
import { type Goal, goals, type JudgedBy } from '../../bench/goals.ts';
import { type Cost, compareCosts, middleCost } from '../../bench/measure/costs.ts';
import { summarize } from '../../bench/measure/statistics.ts';
import { lineWidth, writeSummary } from '../../bench/report/summary.ts';

function figure(by: JudgedBy, busy: number | null, given: Partial<Figure> = {}): Figure {
  const goal: Goal = { name: 'a page', at: 'least', value: 0.9, by };
  const [value, processor] = [summarize([0.95]), summarize([0.6])];
  return { what: 'a page', unit: '×', value, processor, busy, goal, note: 'a note', ...given };
}

describe('A goal', () => {
  it('is judged by the figure that it names', () => {
    expect(judge(figure('elapsed', 0.1))).toEqual({ by: 'elapsed', value: 0.95, met: true });
    expect(judge(figure('processor', 1))).toEqual({ by: 'processor', value: 0.6, met: false });
  });

  it('is judged by processor time when a side was idle for a part', () => {
    expect(judge(figure('elapsed unless idle', 0.79))).toEqual({ by: 'processor', value: 0.6, met: false });
    expect(judge(figure('elapsed unless idle', 0.8))).toEqual({ by: 'elapsed', value: 0.95, met: true });
  });

  it('is judged by elapsed time where the system tells nothing of its processors', () => {
    const blind = { processor: null };
    expect(judge(figure('elapsed unless idle', null, blind))).toMatchObject({ by: 'elapsed', met: true });
    expect(judge(figure('processor', null, blind))).toBeNull();
  });

  it('may be a bound from above, met at the bound itself', () => {
    const goal: Goal = { name: 'a page', at: 'most', value: 0.95, by: 'elapsed' };
    expect(judge(figure('elapsed', 1, { goal }))?.met).toBe(true);
    expect(judge(figure('elapsed', 1, { goal: { ...goal, value: 0.94 } }))?.met).toBe(false);
  });

  it('judges nothing that was not measured, and no figure without one', () => {
    expect(judge(figure('elapsed', 1, { value: null }))).toBeNull();
    expect(judge(figure('elapsed', 1, { goal: undefined }))).toBeNull();
  });

  it('is in the table of the documentation', () => {
    const page = readFileSync('docs/performance.md', 'utf8');
    const missing = Object.values(goals).filter(({ name, at, value }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| ${name} `));
      return !row?.includes(`| ${at === 'least' ? '≥' : '≤'} ${value} `);
    });
    expect(missing).toEqual([]);
  });
});

describe('Costs', () => {
  const cost = (elapsed: number, processor: number | null): Cost => ({ elapsed, processor });

  it('are divided pair by pair, by elapsed and by processor time', () => {
    const { value, processor } = compareCosts([cost(4, 1), cost(40, 1)], [cost(2, 2), cost(20, 2)]);
    expect([value.median, processor?.median]).toEqual([2, 0.5]);
    expect(middleCost([cost(1, 3), cost(3, 5)])).toEqual(cost(2, 4));
  });

  it('have no processor time unless all of it is known', () => {
    expect(compareCosts([cost(4, null)], [cost(2, 2)]).processor).toBeNull();
    expect(compareCosts([cost(4, 1)], [cost(2, 0)]).processor).toBeNull();
    expect(middleCost([cost(1, 3), cost(3, null)])).toEqual(cost(2, null));
  });
});

describe('The summary', () => {
  const long = 'a figure whose name is so long that it does not stand on one line beside its value';
  const text = writeSummary([
    { name: 'pages', about: 'what it measures', figures: [figure('processor', 1), figure('elapsed', 1)] },
    {
      name: 'steps',
      about: 'more',
      figures: [
        figure('elapsed', 1, { what: long, goal: undefined, note: `${long}; ${long}` }),
        figure('elapsed', 1, { what: 'memory', value: null, note: 'this system does not tell' }),
        figure('elapsed', 1, {
          what: 'MB',
          unit: 'MB',
          goal: { ...goals.csvMemory, value: 0.5 },
          processor: undefined,
        }),
      ],
    },
  ]);

  it('keeps to the width of a terminal', () => {
    expect(text.split('\n').filter((line) => line.length > lineWidth)).toEqual([]);
  });

  it('shows the value that counts with its goal, and the other one below', () => {
    expect(text).toMatch(/^✗ a page +0\.60 × +≥ 0\.9\n {4}by processor time; elapsed 0\.95 ×; a note$/m);
    expect(text).toMatch(/^✓ a page +0\.95 × +≥ 0\.9\n {4}processor 0\.60 ×; a note$/m);
    expect(text).toMatch(/^✗ MB +0\.95 MB +≤ 0\.5 MB$/m);
    expect(text).toMatch(/^– a figure whose name/m);
  });

  it('ends with the goals that are met and those that are not', () => {
    expect(text).toContain('1 of 4 goals are met.');
    expect(text).toContain('Not met:\n  a page: 0.60 ×, goal ≥ 0.9\n  MB: 0.95 MB, goal ≤ 0.5 MB\n');
    expect(text).toContain('Not measured:\n  memory: this system does not tell');
  });
});
