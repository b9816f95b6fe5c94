import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { notInstalled } from '../../repository/biome.ts';
import { measureDistances } from '../../repository/importGraph.ts';
import { exists, findTool } from '../../repository/localTool.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { orderTests } from './orderTests.ts';
import { readTestResults } from './readTestResults.ts';
import { runInBatches, type TestBatch, type TestParts } from './runInBatches.ts';
import type { TestTask } from './testTask.ts';

/** Thresholds are for the whole suite at once; reports of coverage and of other reporters would stay in the working tree. */
const alone = ['--coverage=false', '--reporters=default'];

/** Runs the jest tests that import changed files, nearest first; undefined when the repository does not use jest. */
export async function runJest(task: TestTask): Promise<TestParts | undefined> {
  const { cwd, manifest, base, changes } = task;
  const configs = ['js', 'ts', 'mjs', 'cjs', 'json'].map((ending) =>
    exists(join(cwd, `jest.config.${ending}`)),
  );
  const configured = (await Promise.all(configs)).includes(true) || manifest?.jest !== undefined;
  const tool = await findTool(cwd, manifest, { name: 'jest', binary: 'jest', configured });
  if (tool === undefined) return undefined;
  const { program } = tool;
  if (program === undefined) return { ...notInstalled('tests', tool), leftOut: [] };
  const selection =
    base === undefined ? [] : ['--findRelatedTests', ...changes.present.map((path) => join(cwd, path))];
  const nothing = selection.length === 1;
  const listed = nothing ? [] : await listTests(task, program, selection);
  const distances =
    base === undefined || listed === undefined
      ? new Map<string, number>()
      : measureDistances(await task.graph(), [...changes.present, ...changes.gone]);
  return runInBatches(
    {
      name: 'jest',
      files: orderTests(listed ?? [], distances, task.deal),
      run: (files) => runBatch(task, program, ['--runTestsByPath', ...files], files),
      rest:
        listed === undefined
          ? { what: 'related tests', run: () => runBatch(task, program, selection) }
          : undefined,
    },
    task,
  );
}

/** Asks jest itself which test files are related; undefined when it cannot tell. */
async function listTests(
  { cwd, timeoutMs }: TestTask,
  program: string,
  selection: readonly string[],
): Promise<string[] | undefined> {
  const args = ['--ci', '--listTests', '--json', '--passWithNoTests', ...selection];
  const { exitCode, stdout } = await runTool({ program, args, cwd, timeoutMs });
  if (exitCode !== 0) return undefined;
  const paths = /^\[.*\]$/m.exec(stdout)?.[0];
  try {
    const files = z.array(z.string()).parse(JSON.parse(paths ?? ''));
    return files.map((file) => relative(cwd, file).replaceAll(sep, '/'));
  } catch {
    return undefined;
  }
}

function runBatch(
  task: TestTask,
  program: string,
  selection: readonly string[],
  asked?: readonly string[],
): Promise<TestBatch> {
  const { cwd, timeoutMs, stream } = task;
  return withTemporaryFile('jest.json', async (outputFile) => {
    const flags = ['--ci', '--passWithNoTests', '--testLocationInResults', '--json', ...alone];
    const args = [...flags, `--outputFile=${outputFile}`, ...selection];
    const result = await runTool({ program, args, cwd, timeoutMs, stream });
    return readTestResults({ runner: 'jest', cwd, result, outputFile, asked });
  });
}
