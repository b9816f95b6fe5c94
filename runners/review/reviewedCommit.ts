import { findDefaultBranch, isOnDefaultBranch } from '../repository/defaultBranch.ts';
import { git, tryGit } from '../repository/git.ts';

/** Reads the commit that the last passed review of this directory recorded. */
export async function readReviewedCommit(cwd: string): Promise<string | undefined> {
  return tryGit(cwd, ['rev-parse', '--verify', '--quiet', `${await refName(cwd)}^{commit}`]);
}

/**
 * Remembers HEAD as reviewed. It is a git ref rather than a file: it keeps the commit from being pruned, leaves the
 * working tree clean, and can be fetched and pushed like any other. Only on the default branch and only when the files
 * reviewed are those of the commit.
 */
export async function recordReviewedCommit(cwd: string, log: (line: string) => void): Promise<void> {
  const branch = await findDefaultBranch(cwd);
  if (branch === undefined || !(await isOnDefaultBranch(cwd, branch))) return;
  if ((await git(cwd, ['status', '--porcelain', '--', '.'])) !== '') {
    log('Not remembered as reviewed: the working tree has uncommitted changes.');
    return;
  }
  const ref = await refName(cwd);
  if ((await tryGit(cwd, ['update-ref', '-m', 'nightshift: review passed', ref, 'HEAD'])) === undefined) {
    log(`Not remembered as reviewed: git could not write ${ref}.`);
  }
}

async function refName(cwd: string): Promise<string> {
  const prefix = await git(cwd, ['rev-parse', '--show-prefix']);
  const suffix = prefix.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
  return suffix === '' ? 'refs/nightshift/code-review' : `refs/nightshift/code-review-${suffix}`;
}
