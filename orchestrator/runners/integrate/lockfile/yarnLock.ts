import type { LockedPackage, Lockfile } from './lockfile.ts';

/** Reads the names and versions of yarn's yarn.lock, both its own old format and the YAML of yarn 2 and later. */
export function readYarnLock(text: string, file: string): Lockfile {
  if (/^(<<<<<<<|>>>>>>>)/m.test(text)) throw new Error('it has conflict markers');
  const entries = [
    ...text.matchAll(/^(?<keys>\S.*):\n(?:[ \t]+.*\n)*?[ \t]+version:? "?(?<version>[^"\n]+)"?$/gm),
  ];
  const descriptors = new Set(entries.flatMap(({ groups }) => descriptorsOf(groups?.keys ?? '')));
  const packages = entries.flatMap(({ groups }) => lockedPackage(groups?.keys ?? '', groups?.version ?? ''));
  return {
    manager: 'yarn',
    file,
    packages,
    detailed: false,
    namesOf: () => undefined,
    problemOf(_importer, name, specifier) {
      if (/^(workspace|link|file|portal|patch|catalog):/.test(specifier)) return undefined;
      const known = [`${name}@${specifier}`, `${name}@npm:${specifier}`].some((descriptor) =>
        descriptors.has(descriptor),
      );
      return known ? undefined : `the lock file has no entry for "${name}@${specifier}"`;
    },
  };
}

function descriptorsOf(keys: string): string[] {
  return keys
    .replaceAll('"', '')
    .split(',')
    .map((key) => key.trim());
}

function lockedPackage(keys: string, version: string): LockedPackage[] {
  const [, name] = /^(@?[^@]+)@/.exec(descriptorsOf(keys)[0] ?? '') ?? [];
  if (name === undefined || /@workspace:/.test(keys)) return [];
  return [
    { name, version, direct: false, tied: false, deprecated: undefined, node: undefined, requires: {} },
  ];
}
