import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../report/userError.ts';

const names = z.record(z.string(), z.string()).optional().catch(undefined);

const manifestShape = z.looseObject({
  name: z.string().optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  scripts: names,
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  engines: names,
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  workspaces: z
    .union([
      z.array(z.string()),
      z.object({ packages: z.array(z.string()) }).transform((value) => value.packages),
    ])
    .optional()
    .catch(undefined),
});

/** What runners read of a package.json; fields of a wrong type count as absent. */
export type Manifest = z.infer<typeof manifestShape>;

/** A package.json with its place and text, so that findings can name lines. */
export interface ManifestFile {
  /** Path below the examined directory. */
  path: string;
  text: string;
  manifest: Manifest;
}

/** The fields of a package.json that name packages to install. */
export const dependencyFields = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

/** Reads a package.json; undefined when there is none, a fault that names the file when it is not JSON. */
export async function readManifest(cwd: string, path = 'package.json'): Promise<ManifestFile | undefined> {
  const text = await readFile(join(cwd, path), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return { path, text, manifest: manifestShape.parse(JSON.parse(text.replace(/^\uFEFF/, ''))) };
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is not an object';
    throw new UserError(`Could not read ${path} as JSON: ${why}`, 'Fix the file; npm cannot read it either.');
  }
}

/** Finds the line of a key in a section of package.json, such as `zod` in `dependencies`. */
export function manifestLine({ text }: ManifestFile, section: string, key: string): number | undefined {
  const start = findKey(text, section, 0);
  const offset = start === -1 ? -1 : findKey(text, key, start);
  return offset === -1 ? undefined : text.slice(0, offset).split('\n').length;
}

/** Collects every package that a package.json names to install, with its specifier. */
export function declaredPackages(manifest: Manifest): Map<string, string> {
  return new Map(dependencyFields.flatMap((field) => Object.entries(manifest[field] ?? {})));
}

function findKey(text: string, key: string, from: number): number {
  const quoted = JSON.stringify(key);
  for (let at = text.indexOf(quoted, from); at !== -1; at = text.indexOf(quoted, at + 1)) {
    if (/^\s*:/.test(text.slice(at + quoted.length, at + quoted.length + 20))) return at;
  }
  return -1;
}
