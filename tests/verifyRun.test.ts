import { describe, expect, it } from 'vitest';
import { findGaps } from './verifyRun.ts';

const file = 'tests/some.test.ts';

/** A run in which every part was tested. */
function runOf(titles: string[], changes: object = {}) {
  const files = [file, 'tests/browser.test.ts', 'tests/faults/kill.test.ts'];
  return {
    success: true,
    numPassedTests: titles.length,
    numFailedTests: 0,
    numPendingTests: 0,
    testResults: files.map((name) => ({
      name: `${process.cwd()}/${name}`,
      assertionResults: titles.map((title) => ({ title, fullName: title, status: 'passed' })),
    })),
    ...changes,
  };
}

const whole = runOf(['works (pglite)', 'works (postgres)']);

describe('A run of the tests', () => {
  it('has no gap when every part passed', () => {
    expect(findGaps(whole, [file])).toEqual([]);
  });

  it('has one when a part, a file or a test did not run, or failed', () => {
    expect(findGaps(runOf(['works (pglite)']), [file])).toEqual(['a PostgreSQL server was not tested']);
    expect(findGaps(whole, [file, 'tests/other.test.ts'])).toEqual(['no test of tests/other.test.ts passed']);
    expect(findGaps({ ...whole, numPendingTests: 2 }, [file])).toEqual(['2 tests were skipped']);
    expect(findGaps({ ...whole, numFailedTests: 1, success: false }, [file])).toEqual(['1 tests failed']);
  });

  it('may have two tests that needed a second try, and names them where there are more', () => {
    expect(findGaps(whole, [file], ['a', 'b'])).toEqual([]);
    expect(findGaps(whole, [file], ['a', 'b', 'c'])).toEqual(['3 tests needed a second try: a; b; c']);
  });
});
