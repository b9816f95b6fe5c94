import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../report/userError.ts';
import type { Lockfile } from './lockfile.ts';
import { readNpmLock } from './npmLock.ts';
import { readPnpmLock } from './pnpmLock.ts';
import { readYarnLock } from './yarnLock.ts';

const readers: [file: string, read: (text: string, file: string) => Lockfile][] = [
  ['package-lock.json', readNpmLock],
  ['npm-shrinkwrap.json', readNpmLock],
  ['pnpm-lock.yaml', readPnpmLock],
  ['yarn.lock', readYarnLock],
];

/** The names of all lock files, also of those whose content is not read. */
export const lockfileNames = [...readers.map(([file]) => file), 'bun.lock', 'bun.lockb'];

/** Reads the first lock file of a directory; undefined when it has none that can be read. */
export async function readLockfile(cwd: string): Promise<Lockfile | undefined> {
  for (const [file, read] of readers) {
    const text = await readFile(join(cwd, file), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      return read(text, file);
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      throw new UserError(
        `Could not read ${file}: ${why}`,
        'Merge conflicts are a common cause; install again.',
      );
    }
  }
  return undefined;
}
