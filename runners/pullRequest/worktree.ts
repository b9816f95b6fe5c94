import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, tryGit } from '../repository/git.ts';

/** Does some work in a temporary checkout of a commit and removes it again, on a signal too; the user's own files are not touched. */
export async function withWorktree<Result>(
  cwd: string,
  commit: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const parent = await mkdtemp(join(await realpath(tmpdir()), 'nightshift-'));
  const folder = join(parent, 'checkout');
  const onSignal = (signal: NodeJS.Signals) => {
    rmSync(parent, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    // Clears the record of a checkout whose process was killed before it could.
    await tryGit(cwd, ['worktree', 'prune']);
    await git(cwd, [
      '-c',
      'core.hooksPath=/dev/null',
      'worktree',
      'add',
      '--quiet',
      '--detach',
      folder,
      commit,
    ]);
    return await work(folder);
  } finally {
    await tryGit(cwd, ['worktree', 'remove', '--force', folder]);
    await rm(parent, { recursive: true, force: true });
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
