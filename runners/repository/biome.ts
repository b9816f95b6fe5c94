import { extname, relative, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { type Finding, oneLine, type ReportParts } from '../report/report.ts';
import { inChunks } from './inChunks.ts';
import { exists, findTool, type LocalTool } from './localTool.ts';
import type { Manifest } from './manifest.ts';
import { lastLines, runTool } from './runTool.ts';

/** What a tool of the repository is run on. */
export interface ToolTask {
  cwd: string;
  manifest: Manifest | undefined;
  /** Paths below `cwd`. */
  files: readonly string[];
  timeoutMs: number;
  stream: Writable | undefined;
}

const extensions = [
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.json',
  '.jsonc',
  '.css',
  '.graphql',
  '.gql',
  '.html',
  '.vue',
  '.svelte',
  '.astro',
];

/** Runs Biome's linter or formatter on files; undefined when the repository does not use Biome. */
export async function runBiome(action: 'lint' | 'format', task: ToolTask): Promise<ReportParts | undefined> {
  const configs = await Promise.all(
    ['biome.json', 'biome.jsonc'].map((name) => exists(`${task.cwd}/${name}`)),
  );
  const tool = await findTool(task.cwd, task.manifest, {
    name: '@biomejs/biome',
    binary: 'biome',
    configured: configs.includes(true),
  });
  if (tool === undefined) return undefined;
  const files = task.files.filter((file) => extensions.includes(extname(file)));
  const what = `files given to Biome (${action})`;
  if (files.length === 0) return { checked: [{ what, count: 0 }] };
  if (tool.program === undefined) return notInstalled(action, tool);
  const findings: Finding[] = [];
  for (const chunk of inChunks(files)) findings.push(...(await runChunk(action, task, tool.program, chunk)));
  return { findings, checked: [{ what, count: files.length }] };
}

/** Says that a tool which the repository wants is not there; never a pass, because nothing was looked at. */
export function notInstalled(action: string, { name }: LocalTool): ReportParts {
  const message = `The repository uses ${name}, but it is not installed, so ${action} could not run.`;
  return {
    findings: [
      {
        rule: `${action}/not-installed`,
        severity: 'error',
        message,
        hint: 'Install the dependencies first.',
      },
    ],
    notChecked: [{ what: `${action} (${name})`, why: 'it is not installed' }],
  };
}

async function runChunk(
  action: string,
  { cwd, timeoutMs, stream }: ToolTask,
  program: string,
  files: readonly string[],
): Promise<Finding[]> {
  const flags = ['--reporter=github', '--max-diagnostics=none', '--no-errors-on-unmatched', '--colors=off'];
  const args = [action, ...flags, '--files-ignore-unknown=true', ...files.map((file) => `./${file}`)];
  const result = await runTool({ program, args, cwd, timeoutMs });
  const findings = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .flatMap((line) => readAnnotation(action, cwd, line));
  const explained = result.exitCode === 0 || (result.exitCode === 1 && findings.some(isError));
  if (explained) return findings;
  stream?.write(result.stderr);
  const why =
    result.failure ?? `it ended with exit code ${result.exitCode}:\n${lastLines(result.stderr, 12)}`;
  return [
    ...findings,
    { rule: `biome/${action}-failed`, severity: 'error', message: `Biome could not ${action}: ${why}` },
  ];
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

function readAnnotation(action: string, cwd: string, line: string): Finding[] {
  const [start = '', severity] = /^::(error|warning) /.exec(line) ?? [];
  const split = line.indexOf('::', start.length);
  if ((severity !== 'error' && severity !== 'warning') || split === -1) return [];
  const properties = line.slice(start.length, split).split(',');
  const message = line.slice(split + 2);
  const field = (name: string) =>
    properties.find((property) => property.startsWith(`${name}=`))?.slice(name.length + 1);
  const rule = `biome/${decode(field('title') ?? action)}`;
  const file = decode(field('file') ?? '');
  const found: Finding = { rule, severity, message: decode(message) };
  if (file !== '')
    found.file = relative(cwd, file.startsWith('/') ? file : `${cwd}/${file}`).replaceAll(sep, '/');
  if (rule === 'biome/format') {
    return [{ ...found, message: 'The file is not formatted (npx biome format --write).' }];
  }
  return [
    { ...found, message: oneLine(found.message), line: Number(field('line')), column: Number(field('col')) },
  ];
}

function decode(text: string): string {
  return text
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
