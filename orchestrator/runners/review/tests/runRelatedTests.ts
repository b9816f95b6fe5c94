import type { Writable } from 'node:stream';
import { joinParts, type ReportParts } from '../../report/report.ts';
import type { ChangeBase } from '../../repository/changeBase.ts';
import type { FileChanges } from '../../repository/changedFiles.ts';
import { readImportGraph } from '../../repository/importGraph.ts';
import type { Manifest } from '../../repository/manifest.ts';
import { runJest } from './runJest.ts';
import { runNodeTests } from './runNodeTests.ts';
import { runVitest } from './runVitest.ts';

/** What test runners are given. */
export interface TestTask {
  cwd: string;
  manifest: Manifest | undefined;
  /** Undefined when the whole tree is reviewed: then every test runs. */
  base: ChangeBase | undefined;
  changes: FileChanges;
  allFiles: readonly string[];
  timeoutMs: number;
  stream: Writable | undefined;
}

/** Runs the tests that changed files concern, with every test runner that the repository uses. */
export async function runRelatedTests(task: TestTask): Promise<ReportParts> {
  const complete = await withImportersOfGone(task);
  const parts = [await runVitest(complete), await runJest(complete), await runNodeTests(complete)];
  const used = parts.filter((part) => part !== undefined);
  if (used.length === 0) {
    return { notChecked: [{ what: 'tests', why: 'the repository uses none of vitest, jest, node --test' }] };
  }
  return joinParts([...used, { notChecked: sharedSettings(task) }]);
}

/** Runners cannot trace a path that is gone, so the files that still ask for it stand in for it. */
async function withImportersOfGone(task: TestTask): Promise<TestTask> {
  const { gone, present } = task.changes;
  if (gone.length === 0) return task;
  const { imports } = await readImportGraph(task.cwd, task.allFiles);
  const importers = [...imports].filter(([, targets]) => gone.some((path) => targets.has(path)));
  const files = new Set([...present, ...importers.map(([file]) => file)]);
  return { ...task, changes: { gone, present: [...files] } };
}

const settings =
  /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|tsconfig[^/]*\.json|(vitest|vite|jest|babel)\.config\.\w+)$/;

function sharedSettings({ base, changes }: TestTask): ReportParts['notChecked'] {
  const changed = base === undefined ? [] : changes.present.filter((path) => settings.test(path));
  if (changed.length === 0) return [];
  return [
    {
      what: `tests that depend on ${changed.join(', ')}`,
      why: 'settings concern every test; run the whole suite',
    },
  ];
}
