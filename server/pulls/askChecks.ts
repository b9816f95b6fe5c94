import * as z from 'zod';
import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { CheckState } from '../../contract/words/pulls.ts';
import type { PullCheck, PullChecks } from '../../domain/pulls/details.ts';
import type { GithubApi } from './api.ts';
import { type Points, strangersText } from './askDetails.ts';
import { countChecks, uncountedChecks } from './countChecks.ts';
import { GithubError } from './errors.ts';

/** So many pages of 100 checks are read. */
const maxPages = 3;

// On its own: a token that may not read checks is refused all of it.
const checksQuery = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      headRefOid
      commits(last: 1) { nodes { commit { oid statusCheckRollup { contexts(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on CheckRun { name status conclusion permalink isRequired(pullRequestNumber: $number) }
          ... on StatusContext { context state targetUrl isRequired(pullRequestNumber: $number) }
        }
      } } } } }
    }
  }
}`;

const checkRun = z.object({
  __typename: z.literal('CheckRun'),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  permalink: z.string().nullish(),
  isRequired: z.boolean(),
});
const statusContext = z.object({
  __typename: z.literal('StatusContext'),
  context: z.string(),
  state: z.string(),
  targetUrl: z.string().nullish(),
  isRequired: z.boolean(),
});
type Context = z.output<typeof checkRun> | z.output<typeof statusContext>;

const contexts = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  nodes: z.array(z.union([checkRun, statusContext])),
});

const checksAnswer = z.object({
  rateLimit: z.object({ cost: z.number(), remaining: z.number(), resetAt: z.string() }).nullish(),
  repository: z.object({
    pullRequest: z.object({
      headRefOid: z.string(),
      commits: z.object({
        nodes: z.array(
          z.object({
            commit: z.object({ oid: z.string(), statusCheckRollup: z.object({ contexts }).nullish() }),
          }),
        ),
      }),
    }),
  }),
});

/** The checks of the head commit of a pull request, and which commit that is. */
export interface AskedChecks {
  headSha: string;
  checks: PullChecks;
  points: Points;
}

/**
 * Asks for the checks of a pull request; a point of GraphQL's for each hundred. @throws GithubError where that is refused
 */
export async function askChecks(api: GithubApi, pull: PullHead): Promise<AskedChecks> {
  const found: PullCheck[] = [];
  let asked = await askPage(api, pull);
  const { headSha } = asked;
  for (let page = 1; ; page += 1) {
    found.push(...asked.checks);
    const { points } = asked;
    if (asked.headSha !== headSha || asked.isMoved)
      return { headSha, points, checks: uncountedChecks('A push came while they were read.') };
    if (asked.after === undefined)
      return { headSha, points, checks: countChecks(found, { isComplete: true }) };
    const problem = `Only the first ${found.length} were read.`;
    if (page === maxPages)
      return { headSha, points, checks: countChecks(found, { isComplete: false, problem }) };
    asked = await askPage(api, pull, asked.after);
  }
}

async function askPage(api: GithubApi, { owner, repo, number }: PullHead, from?: string) {
  const { data, problem } = await api.query(checksQuery, { owner, repo, number, after: from });
  const { success, data: answer } = checksAnswer.safeParse(data);
  if (!success || problem !== undefined)
    throw new GithubError(`GitHub answered: ${problem ?? 'nothing that is known'}`, 403);
  const { headRefOid, commits } = answer.repository.pullRequest;
  const commit = commits.nodes[0]?.commit;
  const list = commit?.statusCheckRollup?.contexts;
  return {
    headSha: headRefOid.toLowerCase(),
    isMoved: commit?.oid !== headRefOid,
    points: answer.rateLimit,
    checks: (list?.nodes ?? []).map((one) => checkOf(one, api.webHost)),
    after: list?.pageInfo.hasNextPage ? (list.pageInfo.endCursor ?? undefined) : undefined,
  };
}

function checkOf(one: Context, webHost: string): PullCheck {
  const { isRequired } = one;
  return one.__typename === 'CheckRun'
    ? {
        name: checkName(one.name),
        isRequired,
        state: one.status === 'COMPLETED' ? stateOfConclusion(one.conclusion) : 'running',
        url: ownAddress(one.permalink, webHost),
      }
    : {
        name: checkName(one.context),
        isRequired,
        state: stateOfStatus(one.state),
        url: ownAddress(one.targetUrl, webHost),
      };
}

/** Writes the name of a check, which strangers choose. */
export function checkName(name: string): string {
  return strangersText(name, 100);
}

/** Says how a check or a workflow ended, by the word of GraphQL or of REST. */
export function stateOfConclusion(conclusion: string | null | undefined): CheckState {
  const word = conclusion?.toLowerCase();
  if (word === 'success') return 'passed';
  return word === 'neutral' || word === 'skipped' ? 'skipped' : 'failed';
}

/** The same of a status of a commit. */
export function stateOfStatus(state: string): CheckState {
  const word = state.toLowerCase();
  if (word === 'success') return 'passed';
  return word === 'failure' || word === 'error' ? 'failed' : 'running';
}

/** Gives an address if it is of the host itself: others are strangers' links. */
export function ownAddress(address: string | null | undefined, webHost: string): string | null {
  if (address == null || address.length > 500 || !URL.canParse(address)) return null;
  const { protocol, host, href } = new URL(address);
  return /^https?:$/.test(protocol) && host === webHost ? href : null;
}
