import { UserError } from '../report/userError.ts';
import { findDefaultBranch } from '../repository/defaultBranch.ts';
import { git, tryGit } from '../repository/git.ts';
import { readOrigin } from './remote.ts';
import { type RemoteAccess, remoteGit } from './remoteGit.ts';

/** Where a proposal begins: the commits that matter, as they are at the remote now. */
export interface StartingPoint {
  /** Name of the branch that the proposal wants to enter. */
  baseBranch: string;
  /** Its newest commit. */
  base: string;
  /** Newest commit of the proposal's own branch at the remote; undefined when that has no such branch. */
  tip: string | undefined;
  /** True when the branch holds commits of others, on top of which the proposal must be put. */
  shared: boolean;
  /** Why the remote could not be asked; the rest is then what this clone knows. */
  offline: string | undefined;
}

/** Finds out where a proposal on this branch begins, from the remote when it answers. */
export async function findStartingPoint(
  cwd: string,
  branch: string,
  access: RemoteAccess,
): Promise<StartingPoint> {
  const asked =
    (await readOrigin(cwd)) === undefined
      ? 'there is no remote "origin"'
      : await askRemote(cwd, branch, access);
  if (typeof asked !== 'string') return asked;
  const known = await findDefaultBranch(cwd);
  const base = await tryGit(cwd, ['rev-parse', '--verify', '--quiet', `${known ?? 'HEAD'}^{commit}`]);
  if (base === undefined) {
    throw new UserError(`${cwd} has no commit yet, so there is nothing to propose changes to.`);
  }
  return { baseBranch: known ?? 'HEAD', base, tip: undefined, shared: false, offline: asked };
}

async function askRemote(cwd: string, branch: string, access: RemoteAccess): Promise<StartingPoint | string> {
  const listing = ['ls-remote', '--symref', 'origin', 'HEAD', `refs/heads/${branch}`];
  const heads = await remoteGit(cwd, listing, access);
  if (!heads.ok) return `the remote "origin" cannot be read (${heads.reason})`;
  const baseBranch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(heads.output)?.[1];
  const base = /^([0-9a-f]+)\tHEAD$/m.exec(heads.output)?.[1];
  if (baseBranch === undefined || base === undefined) return 'the remote "origin" has no default branch';
  const line = heads.output.split('\n').find((each) => each.endsWith(`\trefs/heads/${branch}`));
  const tip = line?.split('\t')[0];
  const wanted = [`refs/heads/${baseBranch}`, ...(tip === undefined ? [] : [`refs/heads/${branch}`])];
  const fetching = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', 'origin', ...wanted];
  const fetched = await remoteGit(cwd, fetching, access);
  if (!fetched.ok) return `the remote "origin" cannot be fetched (${fetched.reason})`;
  const shared = tip !== undefined && (await isShared(cwd, tip, base));
  return { baseBranch, base, tip, shared, offline: undefined };
}

/** Marks a commit as made by a runner alone, so that it may be replaced; a commit amended by somebody no longer fits its mark. */
export function ownershipMark(base: string, tree: string): string {
  return `Nightshift-Base: ${base}\nNightshift-Tree: ${tree}`;
}

async function isShared(cwd: string, tip: string, base: string): Promise<boolean> {
  if ((await tryGit(cwd, ['merge-base', '--is-ancestor', tip, base])) !== undefined) return false;
  const format = '%P%n%T%n%(trailers:key=Nightshift-Base,valueonly)%(trailers:key=Nightshift-Tree,valueonly)';
  const [parents, tree, markedBase, markedTree] = (
    await git(cwd, ['log', '-1', `--format=${format}`, tip])
  ).split('\n');
  return parents !== markedBase || tree !== markedTree;
}
