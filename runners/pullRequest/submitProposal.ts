import { UserError } from '../report/userError.ts';
import { changesTheSame, commitAll } from './commit.ts';
import { createGitHub, type GitHub, type PullRequest, type PullRequestText } from './github.ts';
import type { Outcome, ProposalOptions } from './proposal.ts';
import { type Push, push } from './push.ts';
import { parseRepo, readOrigin, repoOfRemote } from './remote.ts';
import type { StartingPoint } from './startingPoint.ts';

/** Commits what was prepared, pushes it and opens or updates the pull request; every fault says what is where. */
export async function submitProposal(
  options: ProposalOptions,
  start: StartingPoint,
  checkout: string,
  text: PullRequestText & { message: string },
): Promise<Outcome> {
  const { branch, label, log } = options;
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
  await github.label(outcome.number, label).catch((error: Error) => log(`warning: ${error.message}`));
  return outcome;
}

/** Finds the pull request that waits with the work of others when there is nothing to add to it. */
export async function findWaiting(options: ProposalOptions, start: StartingPoint): Promise<Outcome> {
  if (!start.shared || options.token === undefined) return { kind: 'nothing' };
  const open = await createGitHub(await readAccess(options, start)).findOpen(options.branch);
  return open === undefined ? { kind: 'nothing' } : { kind: 'unchanged', url: open.url };
}

async function readAccess(
  { cwd, repo, token, apiUrl, retryDelayMs }: ProposalOptions,
  { offline }: StartingPoint,
) {
  const nothing = 'Nothing was pushed';
  const origin = await readOrigin(cwd);
  if (origin === undefined) {
    throw new UserError(
      `${nothing}: this repository has no remote "origin".`,
      'Add it with git remote add origin <address>.',
    );
  }
  if (offline !== undefined)
    throw new UserError(`${nothing}: ${offline}.`, 'Check the remote "origin" and the network.');
  if (token === undefined) {
    throw new UserError(
      `${nothing}: GITHUB_TOKEN is not set.`,
      'Set it to a token that may write contents and pull requests.',
    );
  }
  const found = repo === undefined ? repoOfRemote(origin) : parseRepo(repo);
  if (found === undefined) {
    throw new UserError(
      `${nothing}: the remote "origin" is not a GitHub repository.`,
      'Pass it with --repo owner/name.',
    );
  }
  return { repo: found, token, apiUrl, retryDelayMs };
}

function pushFault(branch: string, said: string): UserError {
  return new UserError(
    `Nothing was pushed: git could not push ${branch} (${said}).`,
    'Give GITHUB_TOKEN (or git itself) write access to the repository; if someone else pushed in the meantime, run this again.',
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
    if (!(error instanceof UserError)) throw error;
    // A request that seemed to fail may have succeeded.
    const opened = await github.findOpen(branch).catch(() => undefined);
    if (opened !== undefined) return { kind: 'opened', number: opened.number, url: opened.url };
    throw new UserError(`${error.message} ${await withdrawProposal(what)}`, error.hint);
  }
}

async function withdrawProposal(what: Push): Promise<string> {
  const { branch, commit, expected } = what;
  if (expected === undefined && (await push({ ...what, commit: '', expected: commit })) === undefined) {
    return `The branch ${branch} was deleted from origin again: nothing is left there.`;
  }
  return `The branch ${branch} is on origin with commit ${commit.slice(0, 7)}, without a pull request: the next run opens one, or delete the branch.`;
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
    if (!(error instanceof UserError)) throw error;
    const commits = same ? 'already has these fixes' : 'has the new commit';
    throw new UserError(`${error.message} ${url} ${commits}, but still has its old text.`, error.hint);
  }
  return { kind: 'updated', number, url };
}

function sameText(left: string, right: string): boolean {
  const unix = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return unix(left) === unix(right);
}
