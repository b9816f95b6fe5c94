import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { z } from 'zod';
import { type Finding, plural, type ReportParts } from '../../report/report.ts';
import { lastLines, type ToolResult } from '../../repository/runTool.ts';
import { failurePlace, failureText } from './failure.ts';

const resultsShape = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
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
}

/** Turns the results of vitest or jest into findings: each failed test with file and line, each file that could not run. */
export async function readTestResults({ runner, cwd, result, outputFile }: TestOutput): Promise<ReportParts> {
  const text = await readFile(outputFile, 'utf8').catch(() => '');
  const files = parseResults(text);
  const findings = (files ?? []).flatMap((file) => fileFindings(cwd, file));
  const passed = result.exitCode === 0 && files !== undefined;
  if (!passed && (findings.length === 0 || result.failure !== undefined))
    findings.push(failedRun(runner, result));
  const tests = (files ?? []).flatMap((file) => file.assertionResults);
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed').length;
  const checked = [
    { what: `test files (${runner})`, count: files?.length ?? 0 },
    { what: `tests (${runner})`, count: ran },
  ];
  return { findings, checked, notChecked: notRun(runner, passed, ran, tests.length - ran) };
}

/** Makes the finding for a test runner that did not end well and left no failed test that would explain it. */
export function failedRun(runner: string, { failure, exitCode, stdout, stderr }: ToolResult): Finding {
  const output = lastLines(stderr.trim() === '' ? stdout : stderr, 12);
  const why = failure ?? `it ended with exit code ${exitCode}`;
  return {
    rule: `${runner}/failed`,
    severity: 'error',
    message: `The tests did not end well: ${why}\n${output}`,
  };
}

/** Says what a test runner had nothing to do with, or left out by itself. */
export function notRun(
  runner: string,
  passed: boolean,
  ran: number,
  skipped: number,
): ReportParts['notChecked'] {
  if (skipped > 0)
    return [{ what: `${plural(skipped, 'test')} (${runner})`, why: 'the tests themselves skip them' }];
  if (passed && ran === 0) return [{ what: `tests (${runner})`, why: 'no test imports these files' }];
  return [];
}

function parseResults(text: string): FileResult[] | undefined {
  try {
    return resultsShape.parse(JSON.parse(text)).testResults;
  } catch {
    return undefined;
  }
}

function fileFindings(cwd: string, { name, status, message = '', assertionResults }: FileResult): Finding[] {
  const file = relative(cwd, name).replaceAll(sep, '/');
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
