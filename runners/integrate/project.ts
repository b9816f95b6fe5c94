import { readFile } from 'node:fs/promises';
import { dirname, join, matchesGlob } from 'node:path';
import type { Writable } from 'node:stream';
import { parse } from 'yaml';
import { z } from 'zod';
import { UserError } from '../report/userError.ts';
import { type ManifestFile, readManifest } from '../repository/manifest.ts';
import type { Lockfile } from './lockfile/lockfile.ts';
import { readLockfile } from './lockfile/readLockfile.ts';

/** Everything that the checks look at, read once. */
export interface Project {
  cwd: string;
  /** Every file of the repository, below `cwd`. */
  files: string[];
  /** The files to look at: all of them, or the changed ones. */
  scope: string[];
  root: ManifestFile;
  /** The root's package.json and those of its workspaces. */
  manifests: ManifestFile[];
  lockfile: Lockfile | undefined;
  stream: Writable | undefined;
  formatTimeoutMs: number;
  /** Undefined when the registry must not be asked. */
  auditTimeoutMs: number | undefined;
}

const workspaceFile = z.object({ packages: z.array(z.string()).optional() });

/** Reads the manifests, workspaces and lock file of a repository; without a package.json there is nothing to integrate. */
export async function readProject(given: Omit<Project, 'root' | 'manifests' | 'lockfile'>): Promise<Project> {
  const { cwd, files } = given;
  const root = await readManifest(cwd);
  if (root === undefined) {
    throw new UserError(`There is no package.json in ${cwd}.`, 'Pass the directory of a package with --cwd.');
  }
  const patterns = root.manifest.workspaces ?? (await pnpmWorkspaces(cwd));
  const workspaces = files.filter((file) => isWorkspace(file, patterns));
  const manifests = await Promise.all(workspaces.map((path) => readManifest(cwd, path)));
  return {
    ...given,
    root,
    manifests: [root, ...manifests.filter((manifest) => manifest !== undefined)],
    lockfile: await readLockfile(cwd),
  };
}

/** Names the directory of a manifest as lock files do: `.` for the root, else a path with `/`. */
export function importerOf({ path }: ManifestFile): string {
  return dirname(path);
}

function isWorkspace(file: string, patterns: readonly string[]): boolean {
  if (!file.endsWith('/package.json')) return false;
  const directory = dirname(file);
  const matches = (pattern: string) =>
    matchesGlob(directory, pattern.replace(/^\.\//, '').replace(/\/$/, ''));
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern)) && !excluded.some(matches);
}

async function pnpmWorkspaces(cwd: string): Promise<string[]> {
  const text = await readFile(join(cwd, 'pnpm-workspace.yaml'), 'utf8').catch(() => undefined);
  return text === undefined ? [] : (workspaceFile.safeParse(parse(text)).data?.packages ?? []);
}
