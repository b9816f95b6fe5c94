import { join } from 'node:path';
import type { ReportParts } from '../../report/report.ts';
import { notInstalled } from '../../repository/biome.ts';
import { exists, findTool } from '../../repository/localTool.ts';
import { runTool } from '../../repository/runTool.ts';
import { withTemporaryFile } from '../../repository/temporaryFile.ts';
import { readTestResults } from './readTestResults.ts';
import type { TestTask } from './runRelatedTests.ts';

/** More changed files than this concern so much that the whole suite is run. */
const mostRelated = 1000;

/** Runs the vitest tests that import changed files; undefined when the repository does not use vitest. */
export async function runVitest(task: TestTask): Promise<ReportParts | undefined> {
  const { cwd, manifest, base, changes } = task;
  const configs = ['ts', 'mts', 'js', 'mjs'].map((ending) => exists(join(cwd, `vitest.config.${ending}`)));
  const configured = (await Promise.all(configs)).includes(true);
  const tool = await findTool(cwd, manifest, { name: 'vitest', binary: 'vitest', configured });
  if (tool === undefined) return undefined;
  const { program } = tool;
  if (program === undefined) return notInstalled('tests', tool);
  const whole = base === undefined || changes.present.length > mostRelated;
  const related = changes.present.map((path) => join(cwd, path));
  if (!whole && related.length === 0) return { checked: [{ what: 'tests (vitest)', count: 0 }] };
  return withTemporaryFile('vitest.json', async (outputFile) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
    const flags = ['--run', '--passWithNoTests', '--includeTaskLocation', ...reporters];
    const result = await runTool({
      program,
      args: whole ? ['run', ...flags.slice(1)] : ['related', ...flags, ...related],
      cwd,
      timeoutMs: task.timeoutMs,
      stream: task.stream,
      streamStdout: true,
    });
    return readTestResults({ runner: 'vitest', cwd, result, outputFile });
  });
}
