import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { measureDistances } from '../../repository/importGraph.ts';
import { exists } from '../../repository/localTool.ts';
import { runTool } from '../../repository/runTool.ts';
import { orderTests } from './orderTests.ts';
import type { TestTask } from './testTask.ts';

/** The vitest test files that a review concerns, the most telling first. */
export interface VitestTests {
  files: string[];
  /** True when every test file is among them, for settings changed or the whole tree is reviewed. */
  everything: boolean;
  /** True when imports were read that only vitest can resolve, so it may know of further related tests. */
  unsure: boolean;
}

/** Thresholds are for the whole suite at once, and a report of coverage would stay in the working tree. */
export const withoutCoverage = '--coverage.enabled=false';

/** Finds the config files of vitest, in the order in which it prefers them. */
export async function findVitestConfigs(cwd: string): Promise<string[]> {
  const names = ['vitest', 'vite'].flatMap((tool) =>
    ['ts', 'mts', 'js', 'mjs'].map((ending) => `${tool}.config.${ending}`),
  );
  const there = await Promise.all(names.map((name) => exists(join(cwd, name))));
  return names.filter((_, at) => there[at]);
}

/** Lists vitest's test files and keeps those that depend on changes; undefined when this vitest cannot list files. */
export async function findVitestTests(
  task: TestTask,
  program: string,
  configs: readonly string[],
): Promise<VitestTests | undefined> {
  const all = await listFiles(task, program);
  if (all === undefined) return undefined;
  if (task.base === undefined)
    return { files: orderTests(all, new Map(), task.deal), everything: true, unsure: false };
  const graph = await task.graph();
  const distances = measureDistances(graph, [...task.changes.present, ...task.changes.gone]);
  const everything = await concernsEverything(task.cwd, configs, [...distances.keys()]);
  const files = everything ? all : all.filter((file) => distances.has(file));
  const unsure = !everything && graph.unresolved.size + graph.unread.length > 0;
  return { files: orderTests(files, distances, task.deal), everything, unsure };
}

const listShape = z.array(z.object({ file: z.string() }));

async function listFiles({ cwd, timeoutMs }: TestTask, program: string): Promise<string[] | undefined> {
  const { exitCode, stdout } = await runTool({
    program,
    args: ['list', '--filesOnly', '--json', withoutCoverage],
    cwd,
    timeoutMs,
  });
  if (exitCode !== 0) return undefined;
  try {
    const files = listShape.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
    return files.map(({ file }) => relative(cwd, file).replaceAll(sep, '/'));
  } catch {
    return undefined;
  }
}

const settings = /(^|\/)(package\.json|vite(st)?\.config\.\w+)$/;

/** As vitest itself sees it, settings concern all tests; so do the files that its config names, such as a global setup. */
async function concernsEverything(
  cwd: string,
  configs: readonly string[],
  touched: readonly string[],
): Promise<boolean> {
  if (touched.some((file) => settings.test(file))) return true;
  const texts = await Promise.all(configs.map((name) => readFile(join(cwd, name), 'utf8')));
  return touched.some((file) => texts.some((text) => text.includes(file)));
}
