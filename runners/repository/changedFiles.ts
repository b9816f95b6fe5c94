import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { git, splitNul } from './git.ts';

/** Files of a working tree, as paths below its directory with `/`. */
export interface FileChanges {
  /** Files that are there and differ from the base: edited, new, renamed, staged or untracked. */
  present: string[];
  /** Paths that the base had and the working tree no longer has, the old names of renamed files among them. */
  gone: string[];
}

/** Lists what differs between a base and the working tree, uncommitted and untracked files included. */
export async function findChangedFiles(cwd: string, base: string): Promise<FileChanges> {
  const [diff, untracked] = await Promise.all([
    git(cwd, [
      'diff',
      '--name-status',
      '-z',
      '--no-renames',
      '--relative',
      '--ignore-submodules',
      base,
      '--',
      '.',
    ]),
    git(cwd, ['ls-files', '--others', '--exclude-standard', '-z', '--', '.']),
  ]);
  const fields = splitNul(diff);
  const changed = Array.from({ length: fields.length / 2 }, (_, index) => ({
    status: fields[index * 2] ?? '',
    path: fields[index * 2 + 1] ?? '',
  }));
  const present = changed.filter(({ status }) => status !== 'D').map(({ path }) => path);
  const all = await regularFiles(cwd, [...present, ...splitNul(untracked)]);
  const gone = changed.filter(({ status }) => status === 'D').map(({ path }) => path);
  return { present: all, gone: gone.filter((path) => !all.includes(path)) };
}

/** Lists every file that belongs to the repository: tracked or untracked, not ignored, and there. */
export async function listFiles(cwd: string): Promise<string[]> {
  const output = await git(cwd, ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', '.']);
  return regularFiles(cwd, splitNul(output));
}

/** Lists what of the working tree is in no commit: edited, staged, deleted and untracked paths. */
export async function listUncommitted(cwd: string): Promise<string[]> {
  const output = await git(cwd, [
    'status',
    '--porcelain',
    '--no-renames',
    '--untracked-files=all',
    '-z',
    '--',
    '.',
  ]);
  return splitNul(output).map((line) => line.slice('XY '.length));
}

async function regularFiles(cwd: string, paths: readonly string[]): Promise<string[]> {
  const unique = [...new Set(paths)].sort();
  const kept = await Promise.all(
    unique.map(async (path) => {
      const found = await lstat(join(cwd, path)).catch(() => undefined);
      return found?.isFile() ? path : undefined;
    }),
  );
  return kept.filter((path) => path !== undefined);
}
