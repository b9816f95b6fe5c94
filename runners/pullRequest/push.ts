import { type RemoteAccess, remoteGit } from './remoteGit.ts';

/** One push of a commit to a branch of `origin`. */
export interface Push extends RemoteAccess {
  cwd: string;
  commit: string;
  branch: string;
  /** What the branch must be at the remote for the push to happen; undefined: it must not exist. */
  expected: string | undefined;
}

/** Pushes a commit, or deletes the branch when `commit` is empty; returns what git said when it refused, else undefined. */
export async function push({ cwd, commit, branch, expected, ...access }: Push): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const said = await remoteGit(
    cwd,
    ['push', '--quiet', '--no-verify', lease, 'origin', `${commit}:${ref}`],
    access,
  );
  return said.ok ? undefined : said.reason;
}
