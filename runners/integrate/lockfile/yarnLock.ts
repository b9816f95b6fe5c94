import type { LockedPackage, Lockfile } from './lockfile.ts';

/** Reads the names and versions of yarn's yarn.lock, both its own old format and the YAML of yarn 2 and later. */
export function readYarnLock(text: string, file: string): Lockfile {
  if (/^(<<<<<<<|>>>>>>>)/m.test(text)) throw new Error('it has conflict markers');
  const entries = readEntries(text);
  const descriptors = new Set(entries.flatMap(({ keys }) => descriptorsOf(keys)));
  const packages = entries.flatMap(({ keys, version }) => lockedPackage(keys, version));
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

/** An entry is a line with its keys and the indented lines below it, of which the first version counts. */
function readEntries(text: string): { keys: string; version: string }[] {
  const entries: { keys: string; version: string }[] = [];
  let keys: string | undefined;
  for (const line of text.split('\n')) {
    if (!/^[ \t]/.test(line)) keys = /^\S.*:$/.test(line) ? line.slice(0, -1) : undefined;
    const version = /^[ \t]+version:? "?([^"]+)"?$/.exec(line)?.[1];
    if (keys === undefined || version === undefined) continue;
    entries.push({ keys, version });
    keys = undefined;
  }
  return entries;
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
