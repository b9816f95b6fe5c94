import { extname, relative, sep } from 'node:path';
import { z } from 'zod';
import { plural } from '../../../contract/text/plural.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { notInstalled, type ToolTask } from '../../repository/biome.ts';
import { inChunks } from '../../repository/inChunks.ts';
import { findTool, type LocalTool } from '../../repository/localTool.ts';
import { lastLines, runTool, type ToolResult } from '../../repository/runTool.ts';
import { type EslintConfig, findEslintConfig } from './eslintConfig.ts';

const resultShape = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        severity: z.number(),
        message: z.string(),
        line: z.number().optional(),
        column: z.number().optional(),
      }),
    ),
  }),
);

/** Runs the repository's own ESLint on files, flat or legacy config; undefined when the repository does not use it. */
export async function runEslint(task: ToolTask): Promise<ReportParts | undefined> {
  const config = await findEslintConfig(task.cwd, task.manifest);
  const tool = await findTool(task.cwd, task.manifest, {
    name: 'eslint',
    binary: 'eslint',
    configured: config !== undefined,
  });
  if (tool === undefined) return undefined;
  if (config === undefined)
    return { notChecked: [{ what: 'lint (ESLint)', why: 'ESLint is a dependency but has no config' }] };
  const files = task.files.filter((file) => config.extensions.includes(extname(file)));
  if (files.length === 0) return { checked: [{ what: 'files linted by ESLint', count: 0 }] };
  if (tool.program === undefined) return notInstalled('lint', tool);
  return lintAll(task, tool, config, files);
}

async function lintAll(
  task: ToolTask,
  tool: LocalTool,
  config: EslintConfig,
  files: string[],
): Promise<ReportParts> {
  const findings: Finding[] = [];
  let linted = 0;
  let ignored = 0;
  for (const chunk of inChunks(files)) {
    const result = await runTool({
      program: tool.program ?? 'eslint',
      args: ['--format', 'json', '--', ...chunk],
      cwd: task.cwd,
      timeoutMs: task.timeoutMs,
      environment: config.flat ? {} : { ESLINT_USE_FLAT_CONFIG: 'false' },
    });
    const results = readResults(result);
    if (results === undefined) {
      findings.push(crashed(result));
      continue;
    }
    const kept = results.filter(({ messages }) => !messages.some(isIgnored));
    linted += kept.length;
    ignored += results.length - kept.length;
    findings.push(...kept.flatMap((file) => readMessages(task.cwd, file)));
  }
  const notChecked =
    ignored === 0 ? [] : [{ what: plural(ignored, 'file'), why: "ignored by ESLint's own config" }];
  return { findings, checked: [{ what: 'files linted by ESLint', count: linted }], notChecked };
}

type FileResult = z.infer<typeof resultShape>[number];

function readResults({ exitCode, stdout }: ToolResult): FileResult[] | undefined {
  if (exitCode !== 0 && exitCode !== 1) return undefined;
  try {
    return resultShape.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

function isIgnored({ ruleId, line, message }: FileResult['messages'][number]): boolean {
  return !ruleId && line === undefined && message.startsWith('File ignored');
}

function readMessages(cwd: string, { filePath, messages }: FileResult): Finding[] {
  const file = relative(cwd, filePath).replaceAll(sep, '/');
  return messages.map(({ ruleId, severity, message, line, column }) => ({
    rule: `eslint/${ruleId ?? 'parse'}`,
    severity: severity === 2 ? 'error' : 'warning',
    message,
    file,
    line,
    column,
  }));
}

function crashed({ failure, exitCode, stdout, stderr }: ToolResult): Finding {
  const why = failure ?? `it ended with exit code ${exitCode}:\n${lastLines(stderr || stdout, 12)}`;
  return { rule: 'eslint/failed', severity: 'error', message: `ESLint could not lint: ${why}` };
}
