import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isPlainHttp, plainHttpWarning } from '../../contract/urls/plainHttp.ts';
import { UserError } from '../report/userError.ts';
import { git, requireRepository } from '../repository/git.ts';
import type { PullRequestText } from './github.ts';
import type { Outcome, ProposalOptions } from './proposal.ts';
import { findStartingPoint } from './startingPoint.ts';
import { findWaiting, submitProposal } from './submitProposal.ts';
import { withWorktree } from './worktree.ts';

/** What was prepared in the checkout; without `text` there is nothing to propose. */
export interface Prepared<Result> {
  result: Result;
  text?: PullRequestText & { message: string };
}

/**
 * Lets `prepare` change files in a temporary checkout of the default branch, then commits, pushes and opens a pull
 * request or updates the one that is open. The user's working tree is never touched; a fault after `prepare` is an
 * outcome that says what is where, so that what was prepared can still be shown.
 */
export async function proposeChange<Result>(
  options: ProposalOptions,
  prepare: (folder: string) => Promise<Prepared<Result>>,
): Promise<{ result: Result; outcome: Outcome }> {
  const { cwd, branch, log, token, apiUrl } = options;
  await requireRepository(cwd);
  if (token !== undefined && isPlainHttp(apiUrl)) log(plainHttpWarning('GITHUB_TOKEN', apiUrl));
  const start = await findStartingPoint(cwd, branch, options);
  const from = start.shared && start.tip !== undefined ? start.tip : start.base;
  log(
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
      if (!(error instanceof UserError)) throw error;
      return { result, outcome: { kind: 'failed', message: error.message, hint: error.hint } };
    }
  });
}
