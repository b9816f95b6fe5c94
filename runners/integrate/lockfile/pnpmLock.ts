import { parse } from 'yaml';
import { z } from 'zod';
import { ownValue } from '../../../contract/ownValue.ts';
import type { LockedPackage, Lockfile } from './lockfile.ts';

const importedShape = z.record(z.string(), z.object({ specifier: z.string() })).optional();

const lockShape = z.object({
  importers: z
    .record(
      z.string(),
      z.object({
        dependencies: importedShape,
        devDependencies: importedShape,
        optionalDependencies: importedShape,
      }),
    )
    .optional(),
  dependencies: importedShape.catch(undefined),
  devDependencies: importedShape.catch(undefined),
  optionalDependencies: importedShape.catch(undefined),
  overrides: z.record(z.string(), z.string()).optional(),
  packages: z
    .record(
      z.string(),
      z.object({
        deprecated: z.coerce.string().optional(),
        engines: z.record(z.string(), z.coerce.string()).optional(),
      }),
    )
    .nullish(),
});

type Lock = z.infer<typeof lockShape>;

/** Reads pnpm's pnpm-lock.yaml, versions 6 to 9. */
export function readPnpmLock(text: string, file: string): Lockfile {
  const lock = lockShape.parse(parse(text, { maxAliasCount: 0 }));
  const specifiers = new Map(
    Object.entries(lock.importers ?? { '.': lock }).map(([path, one]) => [path, specifiersOf(one)]),
  );
  const direct = new Set([...specifiers.values()].flatMap((one) => Object.keys(one)));
  const overridden = new Set(
    Object.keys(lock.overrides ?? {}).map((key) => key.replace(/^.*>/, '').replace(/(.)@.*/, '$1')),
  );
  return {
    manager: 'pnpm',
    file,
    packages: Object.entries(lock.packages ?? {}).flatMap(([key, entry]) =>
      lockedPackage(key, entry, direct),
    ),
    detailed: true,
    namesOf: (importer) => Object.keys(specifiers.get(importer) ?? {}),
    problemOf(importer, name, specifier) {
      const locked = ownValue(specifiers.get(importer) ?? {}, name);
      if (locked === specifier || overridden.has(name)) return undefined;
      return locked === undefined ? 'it is not in the lock file' : `the lock file has "${locked}"`;
    },
  };
}

function specifiersOf(importer: Pick<Lock, 'dependencies' | 'devDependencies' | 'optionalDependencies'>) {
  const all = { ...importer.optionalDependencies, ...importer.devDependencies, ...importer.dependencies };
  return Object.fromEntries(Object.entries(all).map(([name, { specifier }]) => [name, specifier]));
}

function lockedPackage(
  key: string,
  entry: NonNullable<Lock['packages']>[string],
  direct: ReadonlySet<string>,
): LockedPackage[] {
  const [, name, version] = /^\/?(@?[^@]+)@([^(]+)/.exec(key) ?? [];
  if (name === undefined || version === undefined) return [];
  return [
    {
      name,
      version,
      direct: direct.has(name),
      tied: false,
      deprecated: entry.deprecated,
      node: entry.engines?.node,
      requires: {},
    },
  ];
}
