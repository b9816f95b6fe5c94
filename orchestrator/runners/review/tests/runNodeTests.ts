import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Finding, ReportParts } from '../../report/report.ts';
import { findDependants, readImportGraph } from '../../repository/importGraph.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { failurePlace, failureText } from './failure.ts';
import { findNodeTests } from './findNodeTests.ts';
import { failedRun, notRun } from './readTestResults.ts';
import type { TestTask } from './runRelatedTests.ts';

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
export async function runNodeTests(task: TestTask): Promise<ReportParts | undefined> {
  const { cwd, base, changes } = task;
  const suite = findNodeTests(task.manifest, task.allFiles);
  if (suite === undefined) return undefined;
  const graph = await readImportGraph(cwd, task.allFiles);
  const reached = findDependants(graph, [...changes.present, ...changes.gone]);
  const files = base === undefined ? suite.files : suite.files.filter((file) => reached.has(file));
  if (files.length === 0) {
    return { checked: [{ what: 'tests (node)', count: 0 }], notChecked: notRun('node', true, 0, 0) };
  }
  return withTemporaryFile('events.jsonl', async (outputFile) => {
    const reporter = fileURLToPath(new URL('./nodeReporter.mjs', import.meta.url));
    const reporters = [`--test-reporter=${reporter}`, `--test-reporter-destination=${outputFile}`];
    const human = ['--test-reporter=spec', '--test-reporter-destination=stderr'];
    const result = await runTool({
      program: 'node',
      args: ['--test', ...suite.flags, ...reporters, ...human, ...files.map((file) => `./${file}`)],
      cwd,
      timeoutMs: task.timeoutMs,
      stream: task.stream,
    });
    const events = await readEvents(outputFile);
    const findings = events.filter(({ type }) => type === 'fail').map((event) => finding(cwd, event));
    const passed = result.exitCode === 0;
    if (!passed && (findings.length === 0 || result.failure !== undefined))
      findings.push(failedRun('node', result));
    const skipped = events.filter(({ type }) => type === 'skip').length;
    const ran = events.length - skipped;
    const checked = [
      { what: 'test files (node)', count: files.length },
      { what: 'tests (node)', count: ran },
    ];
    return { findings, checked, notChecked: notRun('node', passed, ran, skipped) };
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
