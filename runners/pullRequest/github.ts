import { Octokit, RequestError } from 'octokit';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { UserError } from '../report/userError.ts';
import type { Repo } from './remote.ts';

/** A pull request, as far as proposals need it. */
export interface PullRequest {
  number: number;
  url: string;
  title: string;
  body: string;
  /** The commit that it proposes. */
  head: string;
}

/** The texts of a pull request. */
export interface PullRequestText {
  title: string;
  body: string;
}

/** The few things that proposals ask of GitHub's API; each fault says what was wanted and what came. */
export interface GitHub {
  findOpen(branch: string): Promise<PullRequest | undefined>;
  /** Finds a pull request of this branch and commit that somebody closed without merging it. */
  findDeclined(branch: string, commit: string): Promise<PullRequest | undefined>;
  open(branch: string, base: string, text: PullRequestText): Promise<PullRequest>;
  update(number: number, text: PullRequestText): Promise<void>;
  label(number: number, label: string): Promise<void>;
}

/** How to reach the API. */
export interface GitHubOptions {
  repo: Repo;
  token: string;
  apiUrl: string;
  /** Pause before the first repeat of a request that failed with a 5xx. @default 1000 */
  retryDelayMs?: number;
}

/** Makes the client of one repository; requests that fail with a 5xx are repeated twice. */
export function createGitHub({ repo, token, apiUrl, retryDelayMs = 1000 }: GitHubOptions): GitHub {
  const quiet = () => undefined;
  const { rest } = new Octokit({
    auth: token,
    baseUrl: trimEndOf(apiUrl, '/'),
    userAgent: 'nightshift',
    throttle: { enabled: false },
    retry: { retries: 2, retryAfterBaseValue: retryDelayMs },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const where = { owner: repo.owner, repo: repo.name };
  const name = `${repo.owner}/${repo.name}`;
  const list = async (branch: string, state: 'open' | 'closed') => {
    const { data } = await rest.pulls.list({
      ...where,
      state,
      head: `${repo.owner}:${branch}`,
      per_page: 100,
    });
    return data.filter(({ head }) => head.ref === branch);
  };
  return {
    findOpen: (branch) =>
      explained(`list the pull requests of ${name}`, async () => {
        const [found] = await list(branch, 'open');
        return found === undefined ? undefined : readPullRequest(found);
      }),
    findDeclined: (branch, commit) =>
      explained(`list the closed pull requests of ${name}`, async () => {
        const found = (await list(branch, 'closed')).find(
          (each) => each.merged_at === null && each.head.sha === commit,
        );
        return found === undefined ? undefined : readPullRequest(found);
      }),
    open: (branch, base, text) =>
      explained(`open a pull request in ${name}`, async () =>
        readPullRequest((await rest.pulls.create({ ...where, ...text, head: branch, base })).data),
      ),
    update: (number, text) =>
      explained(`update pull request #${number} of ${name}`, async () => {
        await rest.pulls.update({ ...where, pull_number: number, ...text });
      }),
    label: (number, label) =>
      explained(`label pull request #${number} of ${name}`, async () => {
        await rest.issues.addLabels({ ...where, issue_number: number, labels: [label] });
      }),
  };
}

interface PullRequestData {
  number: number;
  html_url: string;
  title: string;
  body: string | null;
  head: { sha: string };
}

function readPullRequest({ number, html_url, title, body, head }: PullRequestData): PullRequest {
  return { number, url: html_url, title, body: body ?? '', head: head.sha };
}

async function explained<Value>(what: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { status } = error;
    const came = error.response === undefined ? error.message : `HTTP ${status}: ${error.message}`;
    throw new UserError(
      `Could not ${what} through GitHub's API (${came}).`,
      hints[status] ?? hintOfServer(status),
    );
  }
}

const hints: Record<number, string> = {
  401: 'Set GITHUB_TOKEN to a valid token.',
  403: 'Give GITHUB_TOKEN write access to contents and pull requests; under Actions also allow workflows to create pull requests in the repository settings.',
  404: 'Check the repository (--repo owner/name) and that GITHUB_TOKEN can see it.',
};

function hintOfServer(status: number): string | undefined {
  return status >= 500 ? 'Try again later; check GITHUB_API_URL if you do not use GitHub itself.' : undefined;
}
