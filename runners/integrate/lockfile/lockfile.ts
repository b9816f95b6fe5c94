/** One version of one package in a lock file. */
export interface LockedPackage {
  name: string;
  version: string;
  /** Named by a package.json of the repository, not only by other packages. */
  direct: boolean;
  /** Comes inside another package or wants peers beside it, so where it stands is not free. */
  tied: boolean;
  /** Why its authors gave it up; undefined when they did not. */
  deprecated: string | undefined;
  /** The Node versions it wants, as a semver range. */
  node: string | undefined;
  /** Ranges of the packages it needs, by name. */
  requires: Record<string, string>;
}

/** What a lock file says, the same for every package manager. */
export interface Lockfile {
  manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Its name, such as `package-lock.json`. */
  file: string;
  packages: LockedPackage[];
  /** True when `packages` knows `deprecated`, `node` and `requires`. */
  detailed: boolean;
  /** Says why a dependency of a package.json is out of step; undefined when it is in step. */
  problemOf(importer: string, name: string, specifier: string): string | undefined;
  /** Names that the lock file has for a package.json, where it says so. */
  namesOf(importer: string): string[] | undefined;
}
