import { join } from 'node:path';
import { notInstalled } from '../../repository/biome.ts';
import { findTool } from '../../repository/localTool.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { findVitestConfigs, findVitestTests, withoutCoverage } from './findVitestTests.ts';
import { readTestResults } from './readTestResults.ts';
import { runInBatches, type TestBatch, type TestParts } from './runInBatches.ts';
import type { TestTask } from './testTask.ts';

/** More changed files than this do not fit on a command line, and concern the whole suite. */
const mostRelated = 1000;

/** Runs the vitest tests that import changed files, nearest first; undefined when the repository does not use vitest. */
export async function runVitest(task: TestTask): Promise<TestParts | undefined> {
  const { cwd, manifest, base } = task;
  const configs = await findVitestConfigs(cwd);
  const tool = await findTool(cwd, manifest, {
    name: 'vitest',
    binary: 'vitest',
    configured: configs.some((name) => name.startsWith('vitest')),
  });
  if (tool === undefined) return undefined;
  const { program } = tool;
  if (program === undefined) return { ...notInstalled('tests', tool), leftOut: [] };
  const tests = await findVitestTests(task, program, configs);
  const { files = [], everything = base === undefined, unsure = true } = tests ?? {};
  const own = () => runBatch(task, program, ownSelection(task, files));
  const parts = await runInBatches(
    {
      name: 'vitest',
      files,
      run: (batch) => runBatch(task, program, { args: ['run', ...absolute(cwd, batch)], asked: batch }),
      rest: unsure ? { what: 'tests that vitest alone can relate', run: own } : undefined,
    },
    task,
  );
  return { ...parts, everything };
}

interface Selection {
  args: string[];
  asked?: readonly string[];
}

/** What vitest itself finds related, without the files that ran already. */
function ownSelection({ cwd, base, changes }: TestTask, done: readonly string[]): Selection {
  const excluded = done.map((file) => `--exclude=${file.replace(/[^\w/. -]/g, '\\$&')}`);
  if (base === undefined || changes.present.length > mostRelated) return { args: ['run', ...excluded] };
  return { args: ['related', ...absolute(cwd, changes.present), ...excluded] };
}

function runBatch(task: TestTask, program: string, { args, asked }: Selection): Promise<TestBatch> {
  const { cwd, timeoutMs, stream } = task;
  return withTemporaryFile('vitest.json', async (outputFile) => {
    // Not `--outputFile.json`: beside a plain `outputFile` of the config it would be ignored.
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${outputFile}`];
    const flags = [...args, '--run', '--passWithNoTests', withoutCoverage, ...reporters];
    const run = (more: readonly string[]) =>
      runTool({ program, args: [...flags, ...more], cwd, timeoutMs, stream, streamStdout: true });
    const located = await run(['--includeTaskLocation']);
    const isTooOld =
      located.exitCode === 1 && located.stderr.includes('Unknown option `--includeTaskLocation`');
    const result = isTooOld ? await run([]) : located;
    return readTestResults({ runner: 'vitest', cwd, result, outputFile, asked });
  });
}

function absolute(cwd: string, files: readonly string[]): string[] {
  return files.map((file) => join(cwd, file));
}
