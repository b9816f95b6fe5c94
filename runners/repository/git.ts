import { execa } from 'execa';
import { UserError } from '../report/userError.ts';

/** Runs git in a directory and returns its output without the final newline, or undefined when git says no. */
export async function tryGit(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const result = await spawnGit(cwd, args);
  return result.exitCode === 0 ? result.stdout : undefined;
}

/** Runs git in a directory; a refusal is a fault that names the command and what git said. */
export async function git(cwd: string, args: readonly string[]): Promise<string> {
  const result = await spawnGit(cwd, args);
  if (result.exitCode === 0) return result.stdout;
  throw new UserError(`git ${args[0]} failed in ${cwd}: ${result.stderr || `exit code ${result.exitCode}`}`);
}

/** Splits the NUL-separated output of git's `-z`. */
export function splitNul(output: string): string[] {
  return output.split('\0').filter((part) => part !== '');
}

/** Makes sure that a directory lies in a git repository, before anything else is asked of it. */
export async function requireRepository(cwd: string): Promise<void> {
  if ((await tryGit(cwd, ['rev-parse', '--is-inside-work-tree'])) === 'true') return;
  throw new UserError(
    `${cwd} is not in a git repository, so its files are unknown.`,
    'Run this in a checkout, or pass one with --cwd; fix "dubious ownership" with git config safe.directory.',
  );
}

async function spawnGit(cwd: string, args: readonly string[]) {
  const result = await execa('git', ['-c', 'core.quotePath=false', ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.exitCode !== undefined) return result;
  throw new UserError(
    `Could not run git: ${result.originalMessage ?? result.shortMessage ?? 'unknown reason'}`,
  );
}
