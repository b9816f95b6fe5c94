import { ownValue } from '../../../contract/ownValue.ts';
import type { Finding, ReportParts } from '../../report/report.ts';
import type { LockedPackage, Lockfile } from '../lockfile/lockfile.ts';
import type { Project } from '../project.ts';

const mostNamed = 3;

/** Finds installed packages whose authors have given them up, as the lock file remembers it. */
export async function checkDeprecated({ lockfile }: Project): Promise<ReportParts> {
  if (lockfile?.detailed) return { findings: findDeprecated(lockfile) };
  const why =
    lockfile === undefined ? 'there is no lock file to read' : `${lockfile.file} does not record it`;
  return { notChecked: [{ what: 'deprecated packages', why }] };
}

function findDeprecated({ packages, file }: Lockfile): Finding[] {
  return packages
    .filter(({ deprecated }) => deprecated !== undefined)
    .map(({ name, version, direct, deprecated }) => ({
      rule: direct ? 'deprecated/direct' : 'deprecated/indirect',
      severity: 'warning',
      file,
      message: `${name}@${version} is deprecated: ${deprecated}`,
      hint: direct ? 'Replace it.' : wantedBy(packages, name),
    }));
}

function wantedBy(packages: readonly LockedPackage[], name: string): string | undefined {
  const wanting = [
    ...new Set(
      packages.filter(({ requires }) => ownValue(requires, name) !== undefined).map((one) => one.name),
    ),
  ];
  if (wanting.length === 0) return undefined;
  const more = wanting.length > mostNamed ? ` and ${wanting.length - mostNamed} more` : '';
  return `It comes with ${wanting.slice(0, mostNamed).join(', ')}${more}.`;
}
