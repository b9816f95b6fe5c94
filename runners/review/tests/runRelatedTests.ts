import { joinParts, type ReportParts } from '../../report/report.ts';
import { type ImportGraph, readImportGraph } from '../../repository/importGraph.ts';
import type { TestParts } from './runInBatches.ts';
import { runJest } from './runJest.ts';
import { runNodeTests } from './runNodeTests.ts';
import { runVitest } from './runVitest.ts';
import { startBudget } from './testBudget.ts';
import type { TestTask } from './testTask.ts';

/** What a review knows of the tests to run; their clock starts when they do. */
export type RelatedTestsOptions = Omit<TestTask, 'graph' | 'deal' | 'budget'> & { budgetMs: number };

/** Runs the tests that changed files concern, nearest first, with every test runner that the repository uses. */
export async function runRelatedTests(options: RelatedTestsOptions): Promise<TestParts> {
  let graph: Promise<ImportGraph> | undefined;
  const task = await withImportersOfGone({
    ...options,
    budget: startBudget(options.budgetMs),
    deal: new Date().toISOString().slice(0, 10),
    graph() {
      graph ??= readImportGraph(options.cwd, options.allFiles);
      return graph;
    },
  });
  const parts = [await runVitest(task), await runJest(task), await runNodeTests(task)];
  const used = parts.filter((part) => part !== undefined);
  if (used.length === 0) {
    const why = 'the repository uses none of vitest, jest, node --test';
    return { notChecked: [{ what: 'tests', why }], leftOut: [] };
  }
  const notChecked = used.every(({ everything }) => everything) ? [] : sharedSettings(options);
  return { ...joinParts([...used, { notChecked }]), leftOut: used.flatMap(({ leftOut }) => leftOut) };
}

/** Runners cannot trace a path that is gone, so the files that still ask for it stand in for it. */
async function withImportersOfGone(task: TestTask): Promise<TestTask> {
  const { gone, present } = task.changes;
  if (gone.length === 0) return task;
  const { imports } = await task.graph();
  const importers = [...imports].filter(([, targets]) => gone.some((path) => targets.has(path)));
  const files = new Set([...present, ...importers.map(([file]) => file)]);
  return { ...task, changes: { gone, present: [...files] } };
}

const settings =
  /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|tsconfig[^/]*\.json|(vitest|vite|jest|babel)\.config\.\w+)$/;

function sharedSettings({ base, changes }: RelatedTestsOptions): ReportParts['notChecked'] {
  const changed = base === undefined ? [] : changes.present.filter((path) => settings.test(path));
  if (changed.length === 0) return [];
  return [
    {
      what: `tests that depend on ${changed.join(', ')}`,
      why: 'settings affect every test; run the whole suite',
    },
  ];
}
