import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ExpectedFault } from '../report/expectedFault.ts';
import { git, requireRepository } from '../repository/git.ts';
import { changesTheSame, commitAll } from './commit.ts';
import { createGitHub, type GitHub, type PullRequest, type PullRequestText } from './github.ts';
import { type Push, push } from './push.ts';
import { parseRepo, readOrigin, repoOfRemote } from './remote.ts';
import { findStartingPoint, type StartingPoint } from './startingPoint.ts';
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
  apiUrl: string | undefined;
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
  const { cwd, branch, talk } = options;
  await requireRepository(cwd);
  const start = await findStartingPoint(cwd, branch);
  const from = start.shared && start.tip !== undefined ? start.tip : start.base;
  talk(
    `Working on a copy of ${start.shared ? branch : start.baseBranch} (${from.slice(0, 7)}); your files stay as they are.`,
  );
  return withWorktree(cwd, from, async (checkout) => {
    const root = await realpath(await git(cwd, ['rev-parse', '--show-toplevel']));
    const { result, text } = await prepare(join(checkout, relative(root, await realpath(cwd))));
    try {
      if (text === undefined) return { result, outcome: { kind: 'nothing' } };
      return { result, outcome: await submit(options, start, checkout, text) };
    } catch (error) {
      if (!(error instanceof ExpectedFault)) throw error;
      return { result, outcome: { kind: 'failed', message: error.message, hint: error.hint } };
    }
  });
}

async function submit(
  options: ProposalOptions,
  start: StartingPoint,
  checkout: string,
  text: PullRequestText & { message: string },
): Promise<Outcome> {
  const { branch, label, talk } = options;
  const access = await readAccess(options, start);
  const github = createGitHub(access);
  // Asked before anything is pushed, so that a wrong token leaves nothing behind.
  const open = await github.findOpen(branch);
  const commit = await commitAll(checkout, text.message, start);
  const same =
    start.tip !== undefined && !start.shared && (await changesTheSame(checkout, start.tip, commit));
  if (same && open === undefined) {
    const declined = await github.findDeclined(branch, start.tip ?? '');
    if (declined !== undefined) return { kind: 'declined', url: declined.url };
  }
  const what: Push = { ...access, cwd: checkout, commit, branch, expected: start.tip };
  const refused = same ? undefined : await push(what);
  if (refused !== undefined) throw pushFault(branch, refused);
  const outcome =
    open === undefined
      ? await openPullRequest(github, what, start, text)
      : await updatePullRequest(github, open, text, same);
  await github.label(outcome.number, label).catch((error: Error) => talk(`warning: ${error.message}`));
  return outcome;
}

async function readAccess(
  { cwd, repo, token, apiUrl, retryDelayMs }: ProposalOptions,
  { offline }: StartingPoint,
) {
  const nothing = 'The fixes are shown, but nothing was pushed';
  const origin = await readOrigin(cwd);
  if (origin === undefined) {
    throw new ExpectedFault(
      `${nothing}: this repository has no remote "origin".`,
      'Add it with git remote add origin <address>.',
    );
  }
  if (offline !== undefined)
    throw new ExpectedFault(`${nothing}: ${offline}.`, 'Check the remote "origin" and the network.');
  if (token === undefined) {
    throw new ExpectedFault(
      `${nothing}: GITHUB_TOKEN is not set.`,
      'Set it to a token that may write contents and pull requests.',
    );
  }
  const found = repo === undefined ? repoOfRemote(origin) : parseRepo(repo);
  if (found === undefined) {
    throw new ExpectedFault(
      `${nothing}: the remote "origin" names no repository of GitHub.`,
      'Name it with --repo owner/name.',
    );
  }
  return { repo: found, token, apiUrl: apiUrl ?? 'https://api.github.com', retryDelayMs };
}

function pushFault(branch: string, said: string): ExpectedFault {
  return new ExpectedFault(
    `Nothing was pushed: git could not push ${branch} (${said}).`,
    'Give GITHUB_TOKEN (or git itself) write access to the repository; when somebody else pushed meanwhile, run this again.',
  );
}

type Submitted = Extract<Outcome, { url: string }> & { number: number };

async function openPullRequest(
  github: GitHub,
  what: Push,
  start: StartingPoint,
  text: PullRequestText,
): Promise<Submitted> {
  const { branch } = what;
  try {
    const { number, url } = await github.open(branch, start.baseBranch, text);
    return { kind: 'opened', number, url };
  } catch (error) {
    if (!(error instanceof ExpectedFault)) throw error;
    // A request that seemed to fail may have succeeded.
    const opened = await github.findOpen(branch).catch(() => undefined);
    if (opened !== undefined) return { kind: 'opened', number: opened.number, url: opened.url };
    throw new ExpectedFault(`${error.message} ${await takeBack(what)}`, error.hint);
  }
}

async function takeBack(what: Push): Promise<string> {
  const { branch, commit, expected } = what;
  if (expected === undefined && (await push({ ...what, commit: '', expected: commit })) === undefined) {
    return `The branch ${branch} was taken back from origin: nothing is left there.`;
  }
  return `The branch ${branch} is at origin with commit ${commit.slice(0, 7)}, without a pull request: the next run opens one, or delete the branch.`;
}

async function updatePullRequest(
  github: GitHub,
  open: PullRequest,
  text: PullRequestText,
  same: boolean,
): Promise<Submitted> {
  const { number, url } = open;
  if (same && open.title === text.title && sameText(open.body, text.body))
    return { kind: 'unchanged', number, url };
  try {
    await github.update(number, { title: text.title, body: text.body });
  } catch (error) {
    if (!(error instanceof ExpectedFault)) throw error;
    const commits = same ? 'holds these fixes already' : 'has the new commit';
    throw new ExpectedFault(`${error.message} ${url} ${commits}, but its text is the old one.`, error.hint);
  }
  return { kind: 'updated', number, url };
}

function sameText(left: string, right: string): boolean {
  const unix = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return unix(left) === unix(right);
}
