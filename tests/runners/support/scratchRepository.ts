import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** A small real git repository in a temporary directory; it is removed when the test ends. */
export interface ScratchRepository {
  path: string;
  /** Writes files, given as path and content; objects become JSON. */
  write(files: Record<string, string | object>): void;
  git(...args: string[]): string;
  /** Commits everything; `age` is in hours. */
  commit(subject: string, age?: number): string;
  /** Commits everything so long ago that none of it counts as changed. */
  settle(): void;
}

const author = { name: 'Test', email: 'test@example.invalid' };

/** Makes a repository on branch `main` with this project's own installed packages linked into it. */
export function scratchRepository(files: Record<string, string | object> = {}): ScratchRepository {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'nightshift-runner-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  symlinkSync(resolve('node_modules'), join(path, 'node_modules'));
  const repository = { path, write, git, commit, settle };
  git('init', '--quiet', '--initial-branch=main');
  write({ '.gitignore': 'node_modules\n', ...files });
  return repository;

  function write(all: Record<string, string | object>): void {
    for (const [name, content] of Object.entries(all)) {
      const target = join(path, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`,
      );
    }
  }

  function git(...args: string[]): string {
    return gitIn(path, {}, args);
  }

  function commit(subject: string, age = 0): string {
    const date = new Date(Date.now() - age * 3_600_000).toISOString();
    git('add', '--all');
    gitIn(path, { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, [
      'commit',
      '--quiet',
      '--allow-empty',
      '--message',
      subject,
    ]);
    return git('rev-parse', 'HEAD');
  }

  function settle(): void {
    commit('Start', 60);
    commit('Change nothing', 50);
  }
}

function gitIn(cwd: string, environment: Record<string, string>, args: string[]): string {
  const identity = [
    '-c',
    `user.name=${author.name}`,
    '-c',
    `user.email=${author.email}`,
    '-c',
    'commit.gpgSign=false',
  ];
  return execFileSync('git', [...identity, ...args], { cwd, env: { ...process.env, ...environment } })
    .toString()
    .trim();
}
