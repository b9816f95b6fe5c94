import { join } from 'node:path';
import { stripControls } from '../../../contract/text/stripControls.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { notInstalled, type ToolTask } from '../../repository/biome.ts';
import { inChunks } from '../../repository/inChunks.ts';
import { exists, findTool } from '../../repository/localTool.ts';
import { lastLines, runTool, type ToolResult } from '../../repository/runTool.ts';

const configNames = [
  ...['', '.json', '.yml', '.yaml', '.json5', '.toml'].map((ending) => `.prettierrc${ending}`),
  ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].flatMap((ending) => [
    `.prettierrc${ending}`,
    `prettier.config${ending}`,
  ]),
];

/** Runs the repository's own Prettier on files without changing them; undefined when the repository does not use it. */
export async function runPrettier(task: ToolTask): Promise<ReportParts | undefined> {
  const { cwd, manifest, files } = task;
  const configs = await Promise.all(configNames.map((name) => exists(join(cwd, name))));
  const configured = configs.includes(true) || manifest?.prettier !== undefined;
  const tool = await findTool(cwd, manifest, { name: 'prettier', binary: 'prettier', configured });
  if (tool === undefined) return undefined;
  if (!configured) {
    return {
      notChecked: [{ what: 'formatting (Prettier)', why: 'Prettier is a dependency but has no config' }],
    };
  }
  if (tool.program === undefined) return notInstalled('format', tool);
  const findings: Finding[] = [];
  for (const chunk of inChunks(files)) {
    const args = ['--list-different', '--ignore-unknown', '--no-color', '--', ...chunk];
    const result = await runTool({ program: tool.program, args, cwd, timeoutMs: task.timeoutMs });
    findings.push(...readResult(result));
  }
  return { findings, checked: [{ what: 'files given to Prettier', count: files.length }] };
}

function readResult(result: ToolResult): Finding[] {
  const unformatted = result.stdout.split('\n').filter((line) => line !== '');
  const errors = stripControls(result.stderr).split('\n').flatMap(readError);
  const explained =
    result.exitCode === 0 || (result.exitCode === 1 && unformatted.length > 0) || errors.length > 0;
  const crash = explained ? [] : [crashed(result)];
  return [...unformatted.map(notFormatted), ...errors, ...crash];
}

function notFormatted(file: string): Finding {
  const message = 'The file is not formatted (npx prettier --write).';
  return { rule: 'prettier/format', severity: 'error', file, message };
}

function readError(text: string): Finding[] {
  const prefix = '[error] ';
  const place = / \((\d+):(\d+)\)$/.exec(text);
  if (place === null || !text.startsWith(prefix)) return [];
  const said = text.slice(prefix.length, place.index);
  const split = said.search(/: \w*Error: /);
  if (split < 1) return [];
  const [file, message] = [said.slice(0, split), said.slice(split + 2)];
  const [line, column] = [Number(place[1]), Number(place[2])];
  return [{ rule: 'prettier/parse', severity: 'error', file, message, line, column }];
}

function crashed({ failure, exitCode, stderr }: ToolResult): Finding {
  const why = failure ?? `it ended with exit code ${exitCode}:\n${lastLines(stderr, 12)}`;
  return {
    rule: 'prettier/failed',
    severity: 'error',
    message: `Prettier could not check the files: ${why}`,
  };
}
