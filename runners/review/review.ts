import { Option } from 'commander';
import { plural } from '../../contract/text/plural.ts';
import { parseDuration } from '../report/options.ts';
import {
  createReport,
  type Finding,
  joinParts,
  type Report,
  type ReportParts,
  skippedReport,
} from '../report/report.ts';
import type { RunnerContext, RunnerDefinition } from '../report/runner.ts';
import { type ChangeBase, findChangeBase } from '../repository/changeBase.ts';
import {
  type FileChanges,
  findChangedFiles,
  listFiles,
  listUncommitted,
} from '../repository/changedFiles.ts';
import { requireRepository } from '../repository/git.ts';
import { readManifest } from '../repository/manifest.ts';
import { lintFiles } from './lint/lintFiles.ts';
import { readReviewedCommit, recordReviewedCommit } from './reviewedCommit.ts';
import { runRelatedTests } from './tests/runRelatedTests.ts';
import { parseBudget } from './tests/testBudget.ts';

/** The options of `code.review`. */
export interface ReviewOptions {
  onlyChanged?: boolean;
  base?: string;
  tests: boolean;
  record: boolean;
  lintTimeout: number;
  testTimeout: number;
  /** Milliseconds; infinite without a budget. */
  testBudget: number;
}

const tenMinutes = 600_000;
const twoMinutes = 120_000;

/** The runner `code.review`: lint and related tests on the files that changed. */
export const reviewRunner: RunnerDefinition<ReviewOptions> = {
  name: 'code.review',
  description:
    'Review a JavaScript or TypeScript repository: lint it with its ESLint or Biome, and run the related tests with ' +
    'its own test runner (vitest, jest, node --test).',
  strict: 'warnings fail the review too',
  help: `"Changed" means since the merge base with the default branch, including uncommitted and untracked files. On the
default branch itself it means since the commit of the last passed review (kept in this clone as the git ref
refs/nightshift/code-review), otherwise in the last 24 hours, and at least the last commit.

Related test files run in batches, nearest first: changed ones, those that import a changed file, those that import
such an importer, and so on. No batch starts once --test-budget is spent; tests that did not run are listed, and
fail nothing. Such a review does not move the ref: the next one starts from the same commit again (without a ref, from
the last 24 hours). The order of equally near test files changes daily, so that each gets its turn.`,
  options(command) {
    command
      .option('--only-changed', 'check only files that changed, and run the tests that import them')
      .option('--base <ref>', 'compare with the merge base of this branch or commit (implies --only-changed)')
      .option('--no-tests', 'lint only')
      .option('--no-record', 'do not remember this commit as reviewed')
      .addOption(
        new Option('--lint-timeout <duration>', 'time limit of each lint tool, such as 90s or 10m')
          .argParser(parseDuration)
          .default(tenMinutes, '10m'),
      )
      .addOption(
        new Option('--test-budget <duration>', 'total time for related tests; 0 or none: no budget')
          .argParser(parseBudget)
          .default(twoMinutes, '2m'),
      )
      .addOption(
        new Option('--test-timeout <duration>', 'time limit of each test command, which is then stopped')
          .argParser(parseDuration)
          .default(tenMinutes, '10m'),
      );
  },
  run: review,
};

async function review(
  options: ReviewOptions & { strict?: boolean },
  context: RunnerContext,
): Promise<Report> {
  const { cwd } = context;
  await requireRepository(cwd);
  const manifest = (await readManifest(cwd))?.manifest;
  const scope = await findScope(options, context);
  const { changes } = scope;
  if (changes.present.length + changes.gone.length === 0)
    return skippedReport('code.review', scope.nothing, scope.parts);
  context.log(`Reviewing ${scope.said}`);
  const before = new Set(await listUncommitted(cwd));
  const lint = await lintFiles({
    cwd,
    manifest,
    files: changes.present,
    timeoutMs: options.lintTimeout,
    stream: context.toolOutput,
  });
  const tests = options.tests
    ? await runRelatedTests({
        ...scope,
        cwd,
        manifest,
        timeoutMs: options.testTimeout,
        budgetMs: options.testBudget,
        stream: context.toolOutput,
      })
    : { notChecked: [{ what: 'tests', why: 'switched off with --no-tests' }], leftOut: [] };
  const fresh = options.tests ? (await listUncommitted(cwd)).filter((path) => !before.has(path)) : [];
  const report = createReport(
    'code.review',
    joinParts([scope.parts, lint, tests, { findings: leftBehind(fresh) }]),
    options.strict,
  );
  if (didNothing(report)) return skippedReport('code.review', whyNothing(scope.said, report), report);
  if (options.record && options.tests && report.status === 'passed' && options.base === undefined) {
    if (tests.leftOut.length === 0) await recordReviewedCommit(cwd, context.log);
    else context.log('Not remembered as reviewed: the test budget was spent before all tests ran.');
  }
  const cut = tests.leftOut.length === 0 ? '' : `; not run for lack of time: ${tests.leftOut.join(', ')}`;
  return { ...report, summary: `${report.summary} in ${scope.said}${cut}` };
}

/** What tests write is not removed: nobody can know that it is not the work of a human at the same time. */
function leftBehind(paths: readonly string[]): Finding[] {
  if (paths.length === 0) return [];
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return [
    {
      rule: 'tests/left',
      severity: 'warning',
      message: `These files appeared in the working tree while the tests ran: ${paths.slice(0, 5).join(', ')}${more}.`,
      hint: 'Let tests write to a temporary directory, or add what they write to .gitignore.',
    },
  ];
}

interface Scope {
  /** Undefined when the whole tree is reviewed. */
  base: ChangeBase | undefined;
  changes: FileChanges;
  allFiles: string[];
  said: string;
  nothing: string;
  parts: ReportParts;
}

async function findScope(options: ReviewOptions, { cwd, environment }: RunnerContext): Promise<Scope> {
  const allFiles = await listFiles(cwd);
  if (!options.onlyChanged && options.base === undefined) {
    const said = plural(allFiles.length, 'file');
    return {
      base: undefined,
      changes: { present: allFiles, gone: [] },
      allFiles,
      said,
      nothing: 'the repository has no files',
      parts: {},
    };
  }
  const reviewed = await readReviewedCommit(cwd);
  const targetBranch = environment.variables.GITHUB_BASE_REF;
  const base = await findChangeBase(cwd, { base: options.base, targetBranch, reviewed });
  const changes = await findChangedFiles(cwd, base.commit);
  const gone = changes.gone.length === 0 ? '' : ` and ${plural(changes.gone.length, 'deleted path')}`;
  return {
    base,
    changes,
    allFiles,
    said: `${plural(changes.present.length, 'changed file')}${gone} since ${base.since}`,
    nothing: `nothing changed since ${base.since}`,
    parts: { notChecked: base.limits, checked: [{ what: 'changed files', count: changes.present.length }] },
  };
}

function didNothing({ findings, checked }: Report): boolean {
  const worked = checked.filter(({ what }) => what !== 'changed files').some(({ count }) => count > 0);
  return findings.length === 0 && !worked;
}

function whyNothing(said: string, { notChecked }: Report): string {
  const reasons = notChecked.map(({ what, why }) => `${what}: ${why}`).join('; ');
  return `nothing to check in ${said}${reasons === '' ? '' : ` (${reasons})`}`;
}
