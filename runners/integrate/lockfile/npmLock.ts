import { satisfies, validRange } from 'semver';
import { z } from 'zod';
import { ownValue } from '../../../contract/ownValue.ts';
import type { LockedPackage, Lockfile } from './lockfile.ts';

const ranges = z.record(z.string(), z.string()).optional().catch(undefined);

const entryShape = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  deprecated: z.string().optional(),
  engines: ranges,
  dependencies: ranges,
  devDependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
});

const oldEntryShape = z.object({ version: z.string(), requires: ranges.or(z.boolean()) });

const lockShape = z.object({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), entryShape).optional(),
  dependencies: z.record(z.string(), oldEntryShape.loose()).optional(),
});

type Entry = z.infer<typeof entryShape>;

/** Reads npm's package-lock.json or npm-shrinkwrap.json, versions 1 to 3. */
export function readNpmLock(text: string, file: string): Lockfile {
  const lock = lockShape.parse(JSON.parse(text));
  const entries = lock.packages ?? entriesOfVersionOne(lock.dependencies ?? {});
  const importers = new Map(Object.entries(entries).filter(([path]) => !path.includes('node_modules/')));
  const importerAt = (path: string) => importers.get(path === '.' ? '' : path);
  const direct = new Set([...importers.values()].flatMap((entry) => Object.keys(declared(entry))));
  return {
    manager: 'npm',
    file,
    packages: Object.entries(entries).flatMap(([path, entry]) => lockedPackage(path, entry, direct)),
    detailed: lock.packages !== undefined,
    namesOf: (importer) =>
      importerAt(importer) === undefined ? undefined : Object.keys(declared(importerAt(importer))),
    problemOf(importer, name, specifier) {
      if (lock.packages !== undefined) {
        const locked = ownValue(declared(importerAt(importer)), name);
        if (locked === undefined) return 'it is not in the lock file';
        if (locked !== specifier) return `the lock file has "${locked}"`;
      }
      return installedProblem(entries, importer, name, specifier);
    },
  };
}

function installedProblem(
  entries: Record<string, Entry>,
  importer: string,
  name: string,
  specifier: string,
): string | undefined {
  const installed =
    ownValue(entries, `${importer}/node_modules/${name}`) ?? ownValue(entries, `node_modules/${name}`);
  if (installed === undefined) return undefined;
  if (installed.version === undefined || validRange(specifier) === null) return undefined;
  if (satisfies(installed.version, specifier, { includePrerelease: true })) return undefined;
  return `the lock file installs ${installed.version}`;
}

function lockedPackage(path: string, entry: Entry, direct: ReadonlySet<string>): LockedPackage[] {
  const at = path.lastIndexOf('node_modules/');
  if (at === -1 || entry.link || entry.version === undefined) return [];
  const alias = path.slice(at + 'node_modules/'.length);
  return [
    {
      name: entry.name ?? alias,
      version: entry.version,
      direct: path === `node_modules/${alias}` && direct.has(alias),
      tied: entry.inBundle === true || entry.peerDependencies !== undefined,
      deprecated: entry.deprecated,
      node: entry.engines?.node,
      requires: { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies },
    },
  ];
}

function declared(entry: Entry | undefined): Record<string, string> {
  return {
    ...entry?.peerDependencies,
    ...entry?.optionalDependencies,
    ...entry?.devDependencies,
    ...entry?.dependencies,
  };
}

function entriesOfVersionOne(dependencies: Record<string, { version: string }>): Record<string, Entry> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, { version }]) => [`node_modules/${name}`, { version }]),
  );
}
