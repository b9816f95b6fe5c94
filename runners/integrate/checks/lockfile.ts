import { ownValue } from '../../../contract/ownValue.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import {
  declaredPackages,
  dependencyFields,
  type ManifestFile,
  manifestLine,
} from '../../repository/manifest.ts';
import type { Lockfile } from '../lockfile/lockfile.ts';
import { lockfileNames } from '../lockfile/readLockfile.ts';
import { importerOf, type Project } from '../project.ts';

/** Checks that the lock file says what every package.json says, so that a clean install gives what its authors meant. */
export async function checkLockfile({ files, manifests, lockfile }: Project): Promise<ReportParts> {
  const present = lockfileNames.filter((name) => files.includes(name));
  const names = new Set(manifests.flatMap(({ manifest }) => [...declaredPackages(manifest).keys()]));
  if (lockfile === undefined) return withoutLockfile(present, names.size);
  const own = new Set(manifests.flatMap(({ manifest }) => manifest.name ?? []));
  const findings = manifests.flatMap((file) => [
    ...outOfStep(lockfile, file, own),
    ...leftOver(lockfile, file),
  ]);
  return {
    findings: [...findings, ...severalLockfiles(present)],
    checked: [{ what: `dependencies against ${lockfile.file}`, count: names.size }],
  };
}

function withoutLockfile(present: readonly string[], dependencies: number): ReportParts {
  const [unread] = present;
  if (unread !== undefined) return { notChecked: [{ what: unread, why: 'its format is not supported' }] };
  if (dependencies === 0) return {};
  const message = 'There are dependencies but no lock file, so two installs can differ.';
  const hint = 'Run the package manager once and commit its lock file.';
  return {
    findings: [{ rule: 'lockfile/missing', severity: 'warning', file: 'package.json', message, hint }],
  };
}

/** Yarn's old lock file is silent about the repository's own workspaces, so `own` names them. */
function outOfStep(lockfile: Lockfile, file: ManifestFile, own: ReadonlySet<string>): Finding[] {
  return [...lockedFields(lockfile, file)].flatMap(([name, specifier]) => {
    const unlisted = isOverridden(file, name) || (lockfile.manager === 'yarn' && own.has(name));
    const problem = unlisted ? undefined : lockfile.problemOf(importerOf(file), name, specifier);
    if (problem === undefined) return [];
    return [
      {
        rule: 'lockfile/out-of-step',
        severity: 'error',
        file: file.path,
        line: lineOf(file, name),
        message: `${name}: package.json wants "${specifier}", but ${problem}.`,
        hint: `${lockfile.manager} install, and commit ${lockfile.file}`,
      },
    ];
  });
}

function leftOver(lockfile: Lockfile, file: ManifestFile): Finding[] {
  const declared = declaredPackages(file.manifest);
  const names = lockfile.namesOf(importerOf(file)) ?? [];
  return names
    .filter((name) => !declared.has(name))
    .map((name) => ({
      rule: 'lockfile/out-of-step',
      severity: 'error',
      file: file.path,
      message: `${name}: the lock file lists it as a dependency of ${file.path}, which does not.`,
      hint: `${lockfile.manager} install, and commit ${lockfile.file}`,
    }));
}

function lockedFields(lockfile: Lockfile, { manifest }: ManifestFile): Map<string, string> {
  if (lockfile.manager === 'npm') return declaredPackages(manifest);
  return declaredPackages({ ...manifest, peerDependencies: undefined });
}

function isOverridden({ manifest }: ManifestFile, name: string): boolean {
  return JSON.stringify(manifest.resolutions ?? {}).includes(`${name}"`);
}

function severalLockfiles(present: readonly string[]): Finding[] {
  if (present.length < 2) return [];
  const message = `There are several lock files (${present.join(', ')}), so package managers disagree about what to install.`;
  return [{ rule: 'lockfile/several', severity: 'warning', file: present[1], message, hint: 'Keep one.' }];
}

function lineOf(file: ManifestFile, name: string): number | undefined {
  const field = dependencyFields.find((one) => ownValue(file.manifest[one] ?? {}, name) !== undefined);
  return field === undefined ? undefined : manifestLine(file, field, name);
}
