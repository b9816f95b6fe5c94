import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJobSummary } from '../../../runners/report/jobSummary.ts';
import { createReport, type Finding, sortFindings } from '../../../runners/report/report.ts';

const finding: fc.Arbitrary<Finding> = fc.record(
  {
    rule: fc.constantFrom('a', 'b'),
    severity: fc.constantFrom('error', 'warning'),
    message: fc.string({ unit: 'binary' }),
    file: fc.constantFrom('x.ts', 'y.ts'),
    line: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['rule', 'severity', 'message'] },
);

describe('A report', () => {
  it('sorts findings the same way in whatever order they came, errors first and without repeats', () => {
    fc.assert(
      fc.property(fc.array(finding), (findings) => {
        const sorted = sortFindings(findings);
        expect(sortFindings([...findings, ...findings].reverse())).toEqual(sorted);
        const weights = sorted.map(({ severity }) => (severity === 'error' ? 0 : 1));
        expect(weights).toEqual(weights.toSorted());
      }),
    );
  });

  it('takes colours, control characters and broken surrogates out of messages', () => {
    const message = '\u001b[31mred\u001b[0m\u0000 \ud800 end\r\nline';
    expect(
      createReport('r', { findings: [{ rule: 'a', severity: 'error', message }] }).findings[0]?.message,
    ).toBe('red \ufffd end\nline');
  });

  it('cannot break the table of a job summary, whatever a message holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (message) => {
        const summary = renderJobSummary(
          createReport('r', { findings: [{ rule: 'a', severity: 'error', message }] }),
        );
        const row = summary.split('\n').find((line) => line.startsWith('| error'));
        expect(row?.replace(/\\[\\|]/g, '').split('|')).toHaveLength(6);
        expect(row).not.toContain('<');
      }),
    );
  });
});
