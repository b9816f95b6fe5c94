import type { Writable } from 'node:stream';
import { plural } from '../../../contract/text/plural.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { inChunks } from '../../repository/inChunks.ts';
import { type BatchTime, sizeBatch } from './sizeBatch.ts';
import type { TestBudget } from './testBudget.ts';

/** What one command of a test runner came to. */
export interface TestBatch {
  findings: Finding[];
  /** The test files that have results. */
  files: string[];
  /** Tests that passed or failed. */
  ran: number;
  /** Tests that skip themselves. */
  skipped: number;
  /** The time in which test files ran, when the runner tells it. */
  busyMs?: number | undefined;
  /** True when the command was ended at its limit or left no results: what it would have said is unknown. */
  broken: boolean;
}

/** The limits that every test runner keeps. */
export interface TestLimits {
  budget: TestBudget;
  /** The hard limit of one command. */
  timeoutMs: number;
  stream: Writable | undefined;
}

/** The related tests of one runner. */
export interface RelatedTests {
  /** Name of the runner. */
  name: string;
  /** Test files, the most telling first. */
  files: readonly string[];
  run(files: readonly string[]): Promise<TestBatch>;
  /** What only the runner itself can select, as one last batch. */
  rest?: { what: string; run(): Promise<TestBatch> } | undefined;
}

/** What the tests of one runner add to the report. */
export interface TestParts extends ReportParts {
  /** What the budget left out, such as `23 related test files (vitest)`. */
  leftOut: string[];
  /** True when every test of this runner counted as related. */
  everything?: boolean;
}

/** Runs test files in their order, batch after batch, until all ran, the budget is spent or a batch broke; the first batch runs always. */
export async function runInBatches(tests: RelatedTests, limits: TestLimits): Promise<TestParts> {
  const { budget, timeoutMs, stream } = limits;
  const batches: TestBatch[] = [];
  const times: BatchTime[] = [];
  const isBroken = () => batches.at(-1)?.broken === true;
  let waiting = [...tests.files];
  while (waiting.length > 0 && !isBroken()) {
    const size = Math.min(sizeBatch(times, budget.left()), Math.max(1, sizeBatch(times, timeoutMs)));
    const [chosen = []] = inChunks(waiting.slice(0, size));
    if (chosen.length === 0) break;
    stream?.write(
      `Running ${chosen.length} of ${plural(waiting.length, 'related test file')} (${tests.name})\n`,
    );
    const begin = performance.now();
    const batch = await tests.run(chosen);
    const wallMs = performance.now() - begin;
    times.push({ files: chosen.length, wallMs, busyMs: Math.min(batch.busyMs ?? wallMs, wallMs) });
    batches.push(batch);
    const done = new Set([...chosen, ...batch.files]);
    waiting = waiting.filter((file) => !done.has(file));
  }
  const left = waiting.length === 0 ? [] : [plural(waiting.length, 'related test file')];
  if (tests.rest !== undefined) {
    const may = waiting.length === 0 && !isBroken() && (batches.length === 0 || budget.left() > 0);
    if (may) batches.push(await tests.rest.run());
    else left.push(tests.rest.what);
  }
  return joinBatches(
    batches,
    tests.name,
    left.map((what) => `${what} (${tests.name})`),
    budget,
  );
}

function joinBatches(batches: TestBatch[], name: string, left: string[], budget: TestBudget): TestParts {
  const sum = (count: (batch: TestBatch) => number) =>
    batches.reduce((total, batch) => total + count(batch), 0);
  const broken = batches.some((batch) => batch.broken);
  const why = broken
    ? 'the tests before them did not end well'
    : `the budget of ${budget.said} was spent; raise it with --test-budget`;
  const findings = batches.flatMap((batch) => batch.findings);
  const ran = sum((batch) => batch.ran);
  const skipped = sum((batch) => batch.skipped);
  return {
    findings,
    checked: [
      { what: `test files (${name})`, count: new Set(batches.flatMap(({ files }) => files)).size },
      { what: `tests (${name})`, count: ran },
    ],
    notChecked: [
      ...left.map((what) => ({ what, why })),
      ...(skipped > 0 ? [{ what: `${plural(skipped, 'test')} (${name})`, why: skips }] : []),
      ...(ran + skipped + left.length + findings.length === 0
        ? [{ what: `tests (${name})`, why: noTest }]
        : []),
    ],
    leftOut: broken ? [] : left,
  };
}

const skips = 'the tests themselves skip them';
const noTest = 'no test imports these files';
