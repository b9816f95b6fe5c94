import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  integrity?: string;
  resolved?: string;
  link?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  bin?: Record<string, string>;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const lock = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(lock) as { packages: Record<string, Entry> };
const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  allowScripts: Record<string, boolean>;
};

/** Finds a package as Node does: beside its dependant, else further up. */
function finds(from: string, name: string): boolean {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path]) return true;
  if (from === '') return false;
  const parent = from.lastIndexOf('/node_modules/');
  return finds(parent === -1 ? '' : from.slice(0, parent), name);
}

it('The lock file holds the packages of every platform, so that npm ci works on each', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !finds(path, name)),
  );
  expect(missing).toEqual([]);
});

it('Every package of the lock file has a SHA-512 of its content, and none names the host that it comes from', () => {
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
  const unproven = installed.filter(
    ([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
  );
  expect(unproven.map(([path]) => path)).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

it('A new version waits for a week before npm takes it, and the lock file stays without hosts', () => {
  const settings = readFileSync('.npmrc', 'utf8');
  expect(settings, 'fewer days only while a fix cannot wait').toMatch(/^min-release-age=[0-7]$/m);
  expect(settings).toMatch(/^omit-lockfile-registry-resolved=true$/m);
});

it('No package runs a script of its own when it is installed', () => {
  expect(Object.values(allowScripts)).not.toContain(true);
});

it('Node itself is a locked package of each platform, linked without a script', () => {
  const own = Object.entries(packages).filter(([, { bin }]) => bin?.node !== undefined);
  const platforms = own.map(([, { os, cpu }]) => [os, cpu].flat().join('-'));
  expect(platforms.sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
  expect(own.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  const { '': root } = packages;
  expect(own.map(([path]) => path.replace('node_modules/', '')).sort()).toEqual(
    Object.keys(root?.optionalDependencies ?? {}).sort(),
  );
});
