import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/** A bare repository as the remote, and a clone of it where somebody works. */
export interface RemoteRepository {
  bare: string;
  clone: string;
  /** Runs git in the clone (or elsewhere) and returns its output. */
  git(args: string[], cwd?: string): Promise<string>;
  write(files: Record<string, string>): Promise<void>;
  commit(files: Record<string, string>, message?: string): Promise<void>;
  /** The commit of a branch at the remote, or undefined. */
  remoteHead(branch: string): Promise<string | undefined>;
}

/** Makes a remote and a clone with one commit on main that holds these files. */
export async function createRemote(files: Record<string, string>): Promise<RemoteRepository> {
  const parent = await mkdtemp(join(tmpdir(), 'nightshift-remote-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const bare = join(parent, 'bare.git');
  const clone = join(parent, 'clone');
  const git = async (args: string[], cwd = clone) =>
    (await execa('git', ['-c', 'user.name=Ruth', '-c', 'user.email=ruth@light.example', ...args], { cwd }))
      .stdout;
  await git(['init', '--quiet', '--template=', '--bare', '--initial-branch=main', bare], parent);
  await git(['clone', '--quiet', '--template=', bare, clone], parent);
  await git(['checkout', '--quiet', '-b', 'main']);
  const write = async (changed: Record<string, string>) => {
    for (const [path, text] of Object.entries(changed)) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    }
  };
  const repository: RemoteRepository = {
    bare,
    clone,
    git,
    write,
    async commit(changed, message = 'Change something') {
      await write(changed);
      await git(['add', '--all']);
      await git(['commit', '--quiet', '--message', message]);
      await git(['push', '--quiet', 'origin', 'HEAD']);
    },
    remoteHead: (branch) =>
      git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], bare).catch(() => undefined),
  };
  await repository.commit(files, 'Begin');
  await git(['remote', 'set-head', 'origin', 'main']);
  return repository;
}
