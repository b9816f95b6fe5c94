import { minVersion, satisfies, subset, validRange } from 'semver';
import { ownValue } from '../../../contract/ownValue.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import { declaredPackages, type ManifestFile, manifestLine } from '../../repository/manifest.ts';
import { runTool } from '../../repository/runTool.ts';
import type { LockedPackage } from '../lockfile/lockfile.ts';
import type { Project } from '../project.ts';

/** Checks `engines.node` against the Node that runs the repository's scripts, and both against what dependencies want. */
export async function checkEngines(project: Project): Promise<ReportParts> {
  const { cwd, root, lockfile } = project;
  const asked = await runTool({ program: 'node', args: ['--version'], cwd, timeoutMs: 30_000 });
  const running = asked.stdout.trim().replace(/^v/, '');
  const wanting = (lockfile?.packages ?? []).filter(
    ({ node }) => node !== undefined && validRange(node) !== null,
  );
  const notChecked = lockfile?.detailed
    ? []
    : [{ what: 'engines of dependencies', why: 'no lock file records them' }];
  return {
    findings: [
      ...ownRange(project, running),
      ...wanting
        .filter(({ node }) => !allows(node, running))
        .map((one) => tooOld(one, running, lockfile?.file)),
      ...promises(project, wanting),
    ],
    checked: [
      {
        what: `engines against Node ${running}`,
        count: wanting.length + (root.manifest.engines?.node ? 1 : 0),
      },
    ],
    notChecked,
  };
}

function ownRange({ root }: Project, running: string): Finding[] {
  const range = root.manifest.engines?.node;
  if (range === undefined) return [];
  const place = { file: root.path, line: manifestLine(root, 'engines', 'node') };
  if (validRange(range) === null) {
    const message = `engines.node: expected a semver range such as ">=22", got "${range}".`;
    return [{ rule: 'engines/range', severity: 'error', message, ...place }];
  }
  if (allows(range, running)) return [];
  const message = `engines.node wants "${range}", but scripts run on Node ${running}.`;
  return [{ rule: 'engines/running', severity: 'error', message, ...place }];
}

function tooOld({ name, version, node }: LockedPackage, running: string, file: string | undefined): Finding {
  const message = `${name}@${version} wants Node "${node}", but scripts run on Node ${running}.`;
  return { rule: 'engines/dependency', severity: 'warning', file, message };
}

/** A range that promises more than direct dependencies hold; with Node itself as a dependency the promise is npm's to keep. */
function promises({ root }: Project, wanting: readonly LockedPackage[]): Finding[] {
  const range = root.manifest.engines?.node;
  if (range === undefined || validRange(range) === null || bringsNode(root)) return [];
  const needed = wanting.filter(
    ({ name, direct }) => direct && ownValue(root.manifest.dependencies ?? {}, name) !== undefined,
  );
  return needed
    .filter(({ node = '*' }) => !subset(range, node))
    .filter(({ node = '*' }) => (minVersion(range)?.compare(minVersion(node) ?? '0.0.0') ?? 0) < 0)
    .map(({ name, version, node }) => ({
      rule: 'engines/promise',
      severity: 'warning',
      file: root.path,
      line: manifestLine(root, 'engines', 'node'),
      message: `engines.node promises "${range}", but ${name}@${version} wants "${node}".`,
      hint: 'Raise engines.node, or choose a version of the package that fits.',
    }));
}

function allows(range: string | undefined, version: string): boolean {
  return range === undefined || satisfies(version, range, { includePrerelease: true });
}

/** Whether npm puts a Node of its own beside the dependencies: the package `node`, or those of single platforms. */
function bringsNode({ manifest }: ManifestFile): boolean {
  return [...declaredPackages(manifest).keys()].some((name) =>
    /^node(-(bin-)?(linux|darwin|win)-[a-z0-9]+)?$/.test(name),
  );
}
