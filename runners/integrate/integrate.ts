import { plural } from '../../contract/text/plural.ts';
import { parseDuration } from '../report/options.ts';
import { createReport, joinParts, type Report, type ReportParts, skippedReport } from '../report/report.ts';
import type { RunnerContext, RunnerDefinition } from '../report/runner.ts';
import { findChangeBase } from '../repository/changeBase.ts';
import { findChangedFiles, listFiles } from '../repository/changedFiles.ts';
import { requireRepository } from '../repository/git.ts';
import { checkAdvisories } from './checks/advisories.ts';
import { checkDependencies } from './checks/dependencies.ts';
import { checkDeprecated } from './checks/deprecated.ts';
import { checkDuplicates } from './checks/duplicates.ts';
import { checkEngines } from './checks/engines.ts';
import { checkFormatting } from './checks/formatting.ts';
import { checkLockfile } from './checks/lockfile.ts';
import { checkScripts } from './checks/scripts.ts';
import { type Project, readProject } from './project.ts';

/** The options of `dx.integrate`. */
export interface IntegrateOptions {
  onlyChanged?: boolean;
  base?: string;
  advisories: boolean;
  formatTimeout: number;
  auditTimeout: number;
}

/** One check of the repository: what it found, what it looked at and what it could not. */
type Check = (project: Project) => Promise<ReportParts>;

const checks: Check[] = [
  checkFormatting,
  checkLockfile,
  checkDependencies,
  checkEngines,
  checkDuplicates,
  checkDeprecated,
  checkScripts,
  (project) => checkAdvisories(project),
];

/** The runner `dx.integrate`: whether a repository is in order for the people who work in it. */
export const integrateRunner: RunnerDefinition<IntegrateOptions> = {
  name: 'dx.integrate',
  description:
    'Check a JavaScript repository for common problems: formatting, lock file, missing and unused ' +
    'dependencies, engines, duplicate and deprecated packages, known advisories, scripts that name missing files.',
  strict: 'warnings fail the check too',
  help: `--only-changed applies to formatting and missing dependencies; package.json and the lock file are always checked as
a whole, since they can become wrong without a change here.`,
  options(command) {
    command
      .option('--only-changed', 'check only files that changed since the default branch, as code:review does')
      .option('--base <ref>', 'compare with the merge base of this branch or commit (implies --only-changed)')
      .option('--no-advisories', 'do not ask the registry for known advisories')
      .option('--format-timeout <duration>', 'time limit of each formatter', parseDuration, 600_000)
      .option(
        '--audit-timeout <duration>',
        'time limit of the request to the registry',
        parseDuration,
        60_000,
      );
  },
  run: integrate,
};

async function integrate(
  options: IntegrateOptions & { strict?: boolean },
  context: RunnerContext,
): Promise<Report> {
  const { cwd } = context;
  await requireRepository(cwd);
  const files = await listFiles(cwd);
  const scope = await findScope(options, context, files);
  const project = await readProject({
    cwd,
    files,
    scope: scope.files,
    stream: context.toolOutput,
    formatTimeoutMs: options.formatTimeout,
    auditTimeoutMs: options.advisories ? options.auditTimeout : undefined,
  });
  context.log(`Checking ${scope.said}, and ${project.manifests.map(({ path }) => path).join(', ')}`);
  const parts = await Promise.all(checks.map((check) => check(project)));
  const report = createReport('dx.integrate', joinParts([scope.parts, ...parts]), options.strict);
  const worked = report.checked.some(({ what, count }) => what !== 'changed files' && count > 0);
  if (!worked && report.findings.length === 0) {
    return skippedReport(
      'dx.integrate',
      `nothing to check in ${scope.said}: no scripts, no dependencies`,
      report,
    );
  }
  return { ...report, summary: `${report.summary} in ${scope.said}` };
}

interface Scope {
  files: string[];
  said: string;
  parts: ReportParts;
}

async function findScope(
  options: IntegrateOptions,
  { cwd, environment }: RunnerContext,
  files: string[],
): Promise<Scope> {
  if (!options.onlyChanged && options.base === undefined)
    return { files, said: plural(files.length, 'file'), parts: {} };
  const targetBranch = environment.variables.GITHUB_BASE_REF;
  const base = await findChangeBase(cwd, { base: options.base, targetBranch });
  const { present } = await findChangedFiles(cwd, base.commit);
  return {
    files: present,
    said: `${plural(present.length, 'changed file')} since ${base.since}`,
    parts: { notChecked: base.limits, checked: [{ what: 'changed files', count: present.length }] },
  };
}
