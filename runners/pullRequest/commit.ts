import { git, tryGit } from '../repository/git.ts';
import { ownershipMark, type StartingPoint } from './startingPoint.ts';

/** Commits everything that changed in a checkout and returns the new commit; hooks and signing are for people at a keyboard. */
export async function commitAll(
  folder: string,
  message: string,
  { base, shared }: StartingPoint,
): Promise<string> {
  await git(folder, ['add', '--update']);
  const mark = shared ? '' : `\n\n${ownershipMark(base, await git(folder, ['write-tree']))}`;
  const settings = [
    ...(await identity(folder)),
    '-c',
    'commit.gpgSign=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  await git(folder, [
    ...settings,
    'commit',
    '--quiet',
    '--cleanup=verbatim',
    '--message',
    `${message.trim()}${mark}\n`,
  ]);
  return git(folder, ['rev-parse', 'HEAD']);
}

/** Tells whether two commits change the same files to the same contents, each against its first parent. */
export async function changesTheSame(cwd: string, left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [left, right].map((commit) => git(cwd, ['diff-tree', '-r', `${commit}^`, commit])),
  );
  return one === other;
}

async function identity(folder: string): Promise<string[]> {
  if ((await tryGit(folder, ['config', '--get', 'user.email'])) !== undefined) return [];
  return ['-c', 'user.name=Nightshift', '-c', 'user.email=nightshift@users.noreply.github.com'];
}
