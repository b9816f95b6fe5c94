import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Finding } from '../../report/report.ts';
import { measureDistances } from '../../repository/importGraph.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { failurePlace, failureText } from './failure.ts';
import { findNodeTests } from './findNodeTests.ts';
import { orderTests } from './orderTests.ts';
import { failedRun } from './readTestResults.ts';
import { runInBatches, type TestBatch, type TestParts } from './runInBatches.ts';
import type { TestTask } from './testTask.ts';

const eventShape = z.object({
  type: z.enum(['pass', 'fail', 'skip']),
  name: z.string(),
  file: z.string().nullish(),
  line: z.number().nullish(),
  column: z.number().nullish(),
  stack: z.string().optional(),
});

type TestEvent = z.infer<typeof eventShape>;

/** Runs the tests of Node's own runner that import changed files; undefined when the repository does not use it. */
export async function runNodeTests(task: TestTask): Promise<TestParts | undefined> {
  const { base, changes } = task;
  const suite = findNodeTests(task.manifest, task.allFiles);
  if (suite === undefined) return undefined;
  const distances: ReadonlyMap<string, number> =
    base === undefined
      ? new Map(suite.files.map((file) => [file, 0]))
      : measureDistances(await task.graph(), [...changes.present, ...changes.gone]);
  const related = suite.files.filter((file) => distances.has(file));
  const files = orderTests(related, distances, task.deal);
  return runInBatches({ name: 'node', files, run: (batch) => runBatch(task, suite.flags, batch) }, task);
}

function runBatch(task: TestTask, flags: readonly string[], files: readonly string[]): Promise<TestBatch> {
  const { cwd, timeoutMs, stream } = task;
  return withTemporaryFile('events.jsonl', async (outputFile) => {
    const reporter = fileURLToPath(new URL('./nodeReporter.mjs', import.meta.url));
    const reporters = [`--test-reporter=${reporter}`, `--test-reporter-destination=${outputFile}`];
    const human = ['--test-reporter=spec', '--test-reporter-destination=stderr'];
    const result = await runTool({
      program: 'node',
      args: ['--test', ...flags, ...reporters, ...human, ...files.map((file) => `./${file}`)],
      cwd,
      timeoutMs,
      stream,
    });
    const events = await readEvents(outputFile);
    const findings = events.filter(({ type }) => type === 'fail').map((event) => finding(cwd, event));
    const broken = result.failure !== undefined;
    if (broken || (result.exitCode !== 0 && findings.length === 0))
      findings.push(failedRun('node', result, files));
    const skipped = events.filter(({ type }) => type === 'skip').length;
    return {
      findings,
      files: broken ? [] : [...files],
      ran: events.length - skipped,
      skipped,
      broken,
    };
  });
}

async function readEvents(path: string): Promise<TestEvent[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => eventShape.parse(JSON.parse(line)));
}

function finding(cwd: string, { name, file, line, column, stack = '' }: TestEvent): Finding {
  const message = `${name}\n${failureText(stack)}`;
  if (!file) return { rule: 'test', severity: 'error', message };
  const place = failurePlace(stack, file) ?? { line: line ?? undefined, column: column ?? undefined };
  return {
    rule: 'test',
    severity: 'error',
    message,
    file: relative(cwd, file).replaceAll(sep, '/'),
    ...place,
  };
}
