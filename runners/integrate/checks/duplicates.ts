import { maxSatisfying, satisfies, sort, validRange } from 'semver';
import { ownValue } from '../../../contract/ownValue.ts';
import { plural } from '../../../contract/text/plural.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import type { LockedPackage, Lockfile } from '../lockfile/lockfile.ts';
import type { Project } from '../project.ts';

/** Finds packages that are installed in several versions; a warning only where one version would do for everybody. */
export async function checkDuplicates({ lockfile }: Project): Promise<ReportParts> {
  if (lockfile === undefined)
    return { notChecked: [{ what: 'duplicate packages', why: 'there is no lock file to read' }] };
  const several = [...groupByName(lockfile.packages)].filter(([, versions]) => versions.length > 1);
  const direct = new Set(lockfile.packages.filter((one) => one.direct).map(({ name }) => name));
  const [own, others] = [true, false].map((wanted) =>
    several.filter(([name]) => direct.has(name) === wanted),
  );
  const rows = [...(own ?? []), ...(others ?? [])].map(([name, versions]) => [name, versions.join(', ')]);
  const tables =
    rows.length === 0
      ? []
      : [{ title: 'Packages in several versions', head: ['package', 'versions'], rows, shown: 10 }];
  const limits = [
    { what: 'which duplicates can be merged', why: `${lockfile.file} is not read in that detail` },
  ];
  return {
    findings: lockfile.manager === 'npm' && lockfile.detailed ? mergeable(lockfile, several) : [],
    checked: [{ what: 'installed packages', count: lockfile.packages.length }],
    notChecked: several.length > 0 && (lockfile.manager !== 'npm' || !lockfile.detailed) ? limits : [],
    tables,
  };
}

function groupByName(packages: readonly LockedPackage[]): Map<string, string[]> {
  const groups = Map.groupBy(packages, ({ name }) => name);
  return new Map([...groups].map(([name, all]) => [name, versionsOf(all)]));
}

function versionsOf(packages: readonly LockedPackage[]): string[] {
  const versions = [...new Set(packages.map(({ version }) => version))];
  return versions.every((version) => validRange(version) !== null) ? sort(versions) : versions.sort();
}

function mergeable({ packages, file }: Lockfile, several: readonly [string, string[]][]): Finding[] {
  return several.flatMap(([name, versions]) => {
    const wanted = packages.flatMap(({ requires }) => ownValue(requires, name) ?? []);
    const direct = packages.find((one) => one.name === name && one.direct)?.version;
    const candidates = direct === undefined ? versions : [direct];
    const enough = candidates.filter((version) => wanted.every((range) => allows(range, version)));
    const tied = packages.some((one) => one.name === name && one.tied);
    if (tied || enough.length === 0 || wanted.length === 0) return [];
    const message = `${name} is installed in ${plural(versions.length, 'version')} (${versions.join(', ')}), though ${maxSatisfying(enough, '*', { includePrerelease: true })} would do for all.`;
    return [{ rule: 'duplicates/mergeable', severity: 'warning', file, message, hint: 'npm dedupe' }];
  });
}

function allows(range: string, version: string): boolean {
  return validRange(range) !== null && satisfies(version, range);
}
