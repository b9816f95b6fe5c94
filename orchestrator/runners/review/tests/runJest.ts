import { join } from 'node:path';
import type { ReportParts } from '../../report/report.ts';
import { notInstalled } from '../../repository/biome.ts';
import { exists, findTool } from '../../repository/localTool.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { readTestResults } from './readTestResults.ts';
import type { TestTask } from './runRelatedTests.ts';

/** Runs the jest tests that import changed files; undefined when the repository does not use jest. */
export async function runJest(task: TestTask): Promise<ReportParts | undefined> {
  const { cwd, manifest, base, changes } = task;
  const configs = ['js', 'ts', 'mjs', 'cjs', 'json'].map((ending) =>
    exists(join(cwd, `jest.config.${ending}`)),
  );
  const configured = (await Promise.all(configs)).includes(true) || manifest?.jest !== undefined;
  const tool = await findTool(cwd, manifest, { name: 'jest', binary: 'jest', configured });
  if (tool === undefined) return undefined;
  const { program } = tool;
  if (program === undefined) return notInstalled('tests', tool);
  const related = changes.present.map((path) => join(cwd, path));
  if (base !== undefined && related.length === 0) return { checked: [{ what: 'tests (jest)', count: 0 }] };
  return withTemporaryFile('jest.json', async (outputFile) => {
    const flags = [
      '--ci',
      '--passWithNoTests',
      '--testLocationInResults',
      '--json',
      `--outputFile=${outputFile}`,
    ];
    const result = await runTool({
      program,
      args: base === undefined ? flags : [...flags, '--findRelatedTests', ...related],
      cwd,
      timeoutMs: task.timeoutMs,
      stream: task.stream,
    });
    return readTestResults({ runner: 'jest', cwd, result, outputFile });
  });
}
