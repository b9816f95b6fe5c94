import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { type Account, RunAsError } from './account.ts';

/** Lists which of some paths an account may read, write or enter. @throws RunAsError */
export async function findReachable(account: Account, paths: readonly string[]): Promise<string[]> {
  return tryAs(account, isOpen, paths);
}

/** Something that an account may put another thing in the place of. */
export interface Replaceable {
  path: string;
  /** The file, or the directory above it, that the account may change. */
  through: string;
}

/**
 * Lists which of some files and directories an account may change or replace, by rights to them or to a directory above
 * them, by their own names or those that links lead to; what is not there counts as replaceable where it could be made.
 * @throws RunAsError
 */
export async function findReplaceable(account: Account, paths: readonly string[]): Promise<Replaceable[]> {
  const chains = await Promise.all(
    paths.map(async (path) => {
      const real = await realpath(path).catch(() => path);
      return { path, chain: [...chainOf(path), ...chainOf(real)] };
    }),
  );
  const lines = await tryAs(account, isReplaceable, [...new Set(chains.flatMap(({ chain }) => chain))]);
  const open = new Map(
    lines.map((line) => [line.slice(1), line.startsWith('f') ? line.slice(1) : dirname(line.slice(1))]),
  );
  return chains.flatMap(({ path, chain }) => {
    const through = chain.flatMap((part) => open.get(part) ?? [])[0];
    return through === undefined ? [] : [{ path, through }];
  });
}

/** A path and all directories above it but the topmost. */
function chainOf(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [path, ...chainOf(above)];
}

/** Tries paths with the rights of an account, so that every rule of the system counts. */
async function tryAs(account: Account, test: string, paths: readonly string[]): Promise<string[]> {
  const { stdout, failed, shortMessage } = await execa('/bin/sh', ['-c', test, 'sh', ...paths], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    env: {},
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  if (failed) throw new RunAsError(`runAs: could not check the rights of ${account.name}: ${shortMessage}`);
  return stdout.split('\n').filter((line) => line !== '');
}

const isOpen = `
for path; do
  if [ -r "$path" ] || [ -w "$path" ] || [ -x "$path" ]; then printf '%s\\n' "$path"; fi
done
`;

// In a directory with the sticky bit, such as /tmp, only one's own files and what is not there yet can be replaced.
// Who owns a file or directory can take every right to it.
const isReplaceable = `
for path; do
  above="\${path%/*}"
  above="\${above:-/}"
  if [ -f "$path" ] && { [ -w "$path" ] || [ -O "$path" ]; }; then printf 'f%s\\n' "$path"
  elif [ -O "$above" ]; then printf 'd%s\\n' "$path"
  elif [ -w "$above" ] && { [ ! -k "$above" ] || [ -O "$path" ] || [ ! -e "$path" ]; }; then printf 'd%s\\n' "$path"
  fi
done
`;
