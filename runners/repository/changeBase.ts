import { UsageError } from '../report/userError.ts';
import { findDefaultBranch, isOnDefaultBranch } from './defaultBranch.ts';
import { git, tryGit } from './git.ts';

/** The commit (or empty tree) that the working tree is compared with, and why that one. */
export interface ChangeBase {
  /** A commit or tree; the empty tree means that every file counts as changed. */
  commit: string;
  /** Reads after "changed since", such as `the merge base with origin/main (1a2b3c4)`. */
  since: string;
  /** What git could not tell, such as history that a shallow clone lacks. */
  limits: { what: string; why: string }[];
}

/** What the base is chosen from. */
export interface ChangeBaseOptions {
  /** A branch, tag or commit to compare with instead of the default branch. */
  base?: string | undefined;
  /** Name of the branch that a pull request wants to enter, when CI tells it. */
  targetBranch?: string | undefined;
  /** Commit that the last successful review recorded. */
  reviewed?: string | undefined;
}

/**
 * Chooses what to compare with: the merge base with the default branch; on that branch itself the commit that the
 * last successful review recorded, else the commits of the last 24 hours, and at least the last commit.
 */
export async function findChangeBase(cwd: string, options: ChangeBaseOptions = {}): Promise<ChangeBase> {
  if ((await tryGit(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD'])) === undefined) {
    return everything(cwd, 'the beginning (there is no commit yet)');
  }
  if (options.base !== undefined) return mergeBase(cwd, await verifyBase(cwd, options.base));
  const branch = await findDefaultBranch(cwd, options.targetBranch);
  if (branch !== undefined && !(await isOnDefaultBranch(cwd, branch))) return mergeBase(cwd, branch);
  const limits = branch === undefined ? [noDefaultBranch] : [];
  const base = (await reviewedBase(cwd, options.reviewed)) ?? (await recentBase(cwd));
  return { ...base, limits: [...limits, ...base.limits] };
}

const noDefaultBranch = {
  what: 'earlier commits of this branch',
  why: 'no default branch was found (origin/HEAD, main, master); pass one with --base',
};

async function verifyBase(cwd: string, base: string): Promise<string> {
  const found = await tryGit(cwd, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${base}^{commit}`,
  ]);
  if (found !== undefined) return base;
  throw new UsageError(`--base: expected a branch, tag or commit that this clone has, got "${base}".`);
}

async function mergeBase(cwd: string, branch: string): Promise<ChangeBase> {
  const commit = await tryGit(cwd, ['merge-base', '--', branch, 'HEAD']);
  if (commit !== undefined) {
    return { commit, since: `the merge base with ${branch} (${short(commit)})`, limits: [] };
  }
  const why = (await isShallow(cwd))
    ? 'the clone is shallow and lacks it; every file counts as changed (fetch the full history to narrow this)'
    : 'the histories have nothing in common; every file counts as changed';
  return everything(cwd, 'the beginning', { what: `the merge base with ${branch}`, why });
}

async function reviewedBase(cwd: string, reviewed: string | undefined): Promise<ChangeBase | undefined> {
  if (reviewed === undefined) return undefined;
  const isAncestor = await tryGit(cwd, ['merge-base', '--is-ancestor', reviewed, 'HEAD']);
  if (isAncestor === undefined) return undefined;
  return { commit: reviewed, since: `the last successful review (${short(reviewed)})`, limits: [] };
}

async function recentBase(cwd: string): Promise<ChangeBase> {
  const recent = await git(cwd, ['rev-list', '--first-parent', '--since=24.hours', 'HEAD']);
  const commits = recent.split('\n').filter((line) => line !== '');
  const oldest = commits.at(-1) ?? (await git(cwd, ['rev-parse', 'HEAD']));
  const since =
    commits.length > 1
      ? `24 hours ago (${commits.length} commits)`
      : `before the last commit (${short(oldest)})`;
  const parent = await tryGit(cwd, ['rev-parse', '--verify', '--quiet', `${oldest}^1`]);
  if (parent !== undefined) return { commit: parent, since, limits: [] };
  if (!(await isShallow(cwd)))
    return everything(
      cwd,
      commits.length > 0
        ? 'the beginning (all history is of the last 24 hours)'
        : 'the beginning (there is one commit only)',
    );
  return everything(cwd, 'the beginning', {
    what: `what ${short(oldest)} changed`,
    why: 'the clone is shallow and lacks the commit before it; every file counts as changed (fetch more history to narrow this)',
  });
}

async function everything(
  cwd: string,
  since: string,
  limit?: ChangeBase['limits'][number],
): Promise<ChangeBase> {
  const commit = await git(cwd, ['hash-object', '-t', 'tree', '--stdin']);
  return { commit, since, limits: limit === undefined ? [] : [limit] };
}

async function isShallow(cwd: string): Promise<boolean> {
  return (await tryGit(cwd, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
