import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

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
