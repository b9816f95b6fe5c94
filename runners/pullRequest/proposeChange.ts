import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isPlainHttp, plainHttpWarning } from '../../contract/urls/plainHttp.ts';
import { ExpectedFault } from '../report/expectedFault.ts';
import { git, requireRepository } from '../repository/git.ts';
import type { PullRequestText } from './github.ts';
import { findStartingPoint } from './startingPoint.ts';
import { findWaiting, submitProposal } from './submitProposal.ts';
import { withWorktree } from './worktree.ts';

/** What a proposal needs to know. */
export interface ProposalOptions {
  /** A directory of the repository. */
  cwd: string;
  /** Name of the branch that holds the proposal; it belongs to the runner. */
  branch: string;
  label: string;
  /** `owner/name` when it does not follow from the remote `origin`. */
  repo: string | undefined;
  token: string | undefined;
  /** Address of GitHub's API, such as `https://api.github.com`. */
  apiUrl: string;
  /** Pause before the first repeat of a request that failed with a 5xx. @default 1000 */
  retryDelayMs?: number;
  talk(line: string): void;
}

/** What was prepared in the checkout; without `text` there is nothing to propose. */
export interface Prepared<Result> {
  result: Result;
  text?: PullRequestText & { message: string };
}

/** How a proposal ended. */
export type Outcome =
  | { kind: 'nothing' }
  | { kind: 'opened' | 'updated' | 'unchanged' | 'declined'; url: string }
  | { kind: 'failed'; message: string; hint: string | undefined };

/**
 * Lets `prepare` change files in a temporary checkout of the default branch, then commits, pushes and opens a pull
 * request or updates the one that is open. The user's working tree is never touched; a fault after `prepare` is an
 * outcome that says what is where, so that what was prepared can still be shown.
 */
export async function proposeChange<Result>(
  options: ProposalOptions,
  prepare: (folder: string) => Promise<Prepared<Result>>,
): Promise<{ result: Result; outcome: Outcome }> {
  const { cwd, branch, talk, token, apiUrl } = options;
  await requireRepository(cwd);
  if (token !== undefined && isPlainHttp(apiUrl)) talk(plainHttpWarning('GITHUB_TOKEN', apiUrl));
  const start = await findStartingPoint(cwd, branch, options);
  const from = start.shared && start.tip !== undefined ? start.tip : start.base;
  talk(
    `Working on a copy of ${start.shared ? branch : start.baseBranch} (${from.slice(0, 7)}); your files stay as they are.`,
  );
  return withWorktree(cwd, from, async (checkout) => {
    const root = await realpath(await git(cwd, ['rev-parse', '--show-toplevel']));
    const { result, text } = await prepare(join(checkout, relative(root, await realpath(cwd))));
    try {
      const outcome =
        text === undefined
          ? await findWaiting(options, start)
          : await submitProposal(options, start, checkout, text);
      return { result, outcome };
    } catch (error) {
      if (!(error instanceof ExpectedFault)) throw error;
      return { result, outcome: { kind: 'failed', message: error.message, hint: error.hint } };
    }
  });
}
