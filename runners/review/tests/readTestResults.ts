import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { z } from 'zod';
import type { Finding } from '../../report/report.ts';
import { lastLines, type ToolResult } from '../../repository/runTool.ts';
import { failurePlace, failureText } from './failure.ts';
import type { TestBatch } from './runInBatches.ts';

const resultsShape = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      startTime: z.number().optional(),
      endTime: z.number().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
          location: z.object({ line: z.number(), column: z.number() }).nullish(),
        }),
      ),
    }),
  ),
});

type FileResult = z.infer<typeof resultsShape>['testResults'][number];

/** What a test runner left behind: its end, and its results in jest's JSON format, which vitest writes too. */
export interface TestOutput {
  runner: 'vitest' | 'jest';
  cwd: string;
  result: ToolResult;
  outputFile: string;
  /** The test files that were asked for; what else the runner picked up is dropped. Undefined when it chose itself. */
  asked?: readonly string[] | undefined;
}

/** Turns the results of vitest or jest into findings: each failed test with file and line, each file that could not run. */
export async function readTestResults(output: TestOutput): Promise<TestBatch> {
  const { runner, cwd, result, outputFile, asked } = output;
  const text = await readFile(outputFile, 'utf8').catch(() => '');
  const all = parseResults(text);
  const files = (all ?? [])
    .map((file) => ({ ...file, path: relative(cwd, file.name).replaceAll(sep, '/') }))
    .filter(({ path }) => asked === undefined || asked.includes(path));
  const findings = files.flatMap(fileFindings);
  const failed = (all ?? []).some(({ status }) => status === 'failed');
  const explained = result.failure === undefined && (result.exitCode === 0 || failed) && all !== undefined;
  if (!explained) findings.push(failedRun(runner, result, asked));
  const tests = files.flatMap((file) => file.assertionResults);
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed').length;
  return {
    findings,
    files: files.map(({ path }) => path),
    ran,
    skipped: tests.length - ran,
    busyMs: busyTime(all ?? []),
    broken: result.failure !== undefined || all === undefined,
  };
}

/** Makes the finding for a test runner that did not end well and left no failed test that would explain it. */
export function failedRun(runner: string, result: ToolResult, asked: readonly string[] = []): Finding {
  const { failure, exitCode, stdout, stderr } = result;
  const output = lastLines(stderr.trim() === '' ? stdout : stderr, 12);
  const why = failure ?? `it ended with exit code ${exitCode}`;
  const among = asked.length === 0 ? '' : `\nIt was running ${asked.slice(0, 12).join(', ')}`;
  const more = asked.length > 12 ? ` and ${asked.length - 12} more` : '';
  return {
    rule: `${runner}/failed`,
    severity: 'error',
    message: `The tests did not finish properly: ${why}${among}${more}\n${output}`,
  };
}

function parseResults(text: string): FileResult[] | undefined {
  try {
    return resultsShape.parse(JSON.parse(text)).testResults;
  } catch {
    return undefined;
  }
}

/** Files run side by side, so the time is that from the first one's start to the last one's end. */
function busyTime(files: readonly FileResult[]): number | undefined {
  const starts = files.flatMap(({ startTime }) => startTime ?? []);
  const ends = files.flatMap(({ endTime }) => endTime ?? []);
  const busy = Math.max(...ends) - Math.min(...starts);
  return busy > 0 && Number.isFinite(busy) ? busy : undefined;
}

function fileFindings(result: FileResult & { path: string }): Finding[] {
  const { path: file, name, status, message = '', assertionResults } = result;
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') {
    const said = failureText(message) || 'The file could not run.';
    return [{ rule: 'test/file', severity: 'error', file, message: said, ...failurePlace(message, name) }];
  }
  return failed.map(({ fullName, failureMessages, location }) => {
    const failure = failureMessages?.join('\n') ?? '';
    const place = failurePlace(failure, name) ?? { line: location?.line, column: location?.column };
    return {
      rule: 'test',
      severity: 'error',
      file,
      ...place,
      message: `${fullName.trim()}\n${failureText(failure)}`,
    };
  });
}
