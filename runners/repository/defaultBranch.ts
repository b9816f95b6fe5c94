import { tryGit } from './git.ts';

/** Finds the branch that work is merged into: the pull request's target, origin/HEAD, then main or master, as a ref that resolves. */
export async function findDefaultBranch(cwd: string, targetBranch?: string): Promise<string | undefined> {
  const head = await tryGit(cwd, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  const configured = await tryGit(cwd, ['config', '--get', 'init.defaultBranch']);
  const candidates = [
    ...(targetBranch ? [`origin/${targetBranch}`, targetBranch] : []),
    head,
    'origin/main',
    'origin/master',
    'main',
    'master',
    configured,
  ];
  for (const candidate of candidates) {
    if (candidate && (await resolves(cwd, candidate))) return candidate;
  }
  return undefined;
}

/** Tells whether HEAD stands on the default branch: its local branch, or detached on one of its commits. */
export async function isOnDefaultBranch(cwd: string, branch: string): Promise<boolean> {
  const current = await tryGit(cwd, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  if (current !== undefined) return current === branch.replace(/^origin\//, '');
  return (await tryGit(cwd, ['merge-base', '--is-ancestor', 'HEAD', branch])) !== undefined;
}

async function resolves(cwd: string, ref: string): Promise<boolean> {
  return (await tryGit(cwd, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])) !== undefined;
}
