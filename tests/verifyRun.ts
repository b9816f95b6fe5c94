import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { retriedFile } from './lateReporter.ts';

/** What vitest's JSON reporter writes, as far as it matters here. */
interface TestRun {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; assertionResults: { title: string; fullName: string; status: string }[] }[];
}

/** Parts that CI must have tested: a file or a title that proves each, so that a part cannot fall out silently. */
const parts: Record<string, (file: string, title: string) => boolean> = {
  'the embedded database': (_, title) => title.includes('(pglite)'),
  'a PostgreSQL server': (_, title) => title.includes('(postgres)'),
  'a real browser': (file) => /browser\.test\.ts$/.test(file),
  'what must survive': (file) => file.startsWith('tests/faults/'),
};

/** More tests than this must not need a second try: one that fails now and then is broken. */
const maxRetried = 2;

/**
 * Reads a test run and lists what is missing in it: files without a passed test, skipped tests, untested parts, and tests
 * that passed at their second try only, where those are many.
 */
export function findGaps(run: TestRun, files: string[], retried: readonly string[] = []): string[] {
  const passed = run.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed')
      .map(({ fullName }) => ({ file: relative(process.cwd(), name), title: fullName })),
  );
  const gaps = files
    .filter((file) => !passed.some((test) => test.file === file))
    .map((file) => `no test of ${file} passed`);
  for (const [part, proves] of Object.entries(parts)) {
    if (!passed.some(({ file, title }) => proves(file, title))) gaps.push(`${part} was not tested`);
  }
  if (retried.length > maxRetried)
    gaps.push(`${retried.length} tests needed a second try: ${retried.join('; ')}`);
  if (run.numPendingTests > 0) gaps.push(`${run.numPendingTests} tests were skipped`);
  if (run.numFailedTests > 0) gaps.push(`${run.numFailedTests} tests failed`);
  else if (!run.success) gaps.push('a test file or a process of the run failed');
  return gaps;
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (!file) throw new Error('Name the file that the JSON reporter wrote.');
  const run = JSON.parse(readFileSync(file, 'utf8')) as TestRun;
  const files = readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('fixtures/'))
    .map((name) => `tests/${name}`);
  const retried = existsSync(retriedFile) ? JSON.parse(readFileSync(retriedFile, 'utf8')) : [];
  const gaps = findGaps(run, files, retried);
  for (const gap of gaps) console.error(`Not tested: ${gap}.`);
  console.log(`${run.numPassedTests} passed, ${run.numFailedTests + gaps.length} failed`);
  process.exitCode = gaps.length > 0 ? 1 : 0;
}
