import * as z from 'zod';
import { cutEnd } from '../../contract/input/cutText.ts';
import type { PullHead } from '../../contract/pulls/pullReader.ts';
import { oneLine } from '../../contract/text/plainText.ts';
import {
  type checksStateFacts,
  type MergeState,
  type ReviewDecision,
  reviewDecisionFacts,
  reviewStates,
} from '../../contract/words/pulls.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { PullDetails } from '../../domain/pulls/details.ts';
import type { GithubApi } from './api.ts';
import { GithubError } from './errors.ts';

/** How many labels and reviews are read. */
const maxListed = 20;

const detailsQuery = `query ($owner: String!, $repo: String!, $number: Int!) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      title isDraft isCrossRepository baseRefName headRefName headRefOid additions deletions changedFiles
      mergeable mergeStateStatus reviewDecision
      labels(first: ${maxListed}) { nodes { name } }
      latestOpinionatedReviews(first: ${maxListed}) { nodes { state author { login } } }
      commits(last: 1) { nodes { commit { statusCheckRollup { state } } } }
    }
  }
}`;

const text = (max: number) => z.string().transform((given) => strangersText(given, max));
const count = z.int().min(0);

const rateLimit = z.object({ cost: z.number(), remaining: z.number(), resetAt: z.string() }).nullish();

/** What a query of GraphQL has cost, and how many points are left until when; undefined where nothing is counted. */
export type Points = z.output<typeof rateLimit>;

const detailsAnswer = z.object({
  rateLimit,
  repository: z.object({
    pullRequest: z.object({
      title: text(300),
      isDraft: z.boolean(),
      isCrossRepository: z.boolean(),
      baseRefName: text(255),
      headRefName: text(255),
      headRefOid: z.string().regex(/^[0-9a-f]{7,64}$/i),
      additions: count,
      deletions: count,
      changedFiles: count,
      mergeable: z.string(),
      mergeStateStatus: z.string(),
      reviewDecision: z.string().nullish(),
      labels: z.object({ nodes: z.array(z.object({ name: text(100) }).nullable()).nullish() }).nullish(),
      latestOpinionatedReviews: z
        .object({
          nodes: z
            .array(
              z.object({ state: z.string(), author: z.object({ login: text(100) }).nullish() }).nullable(),
            )
            .nullish(),
        })
        .nullish(),
      commits: z
        .object({
          nodes: z
            .array(
              z
                .object({
                  commit: z
                    .object({ statusCheckRollup: z.object({ state: z.string() }).nullish() })
                    .nullish(),
                })
                .nullable(),
            )
            .nullish(),
        })
        .nullish(),
    }),
  }),
});

/** What was asked of a pull request, apart from its checks. */
export interface AskedDetails {
  headSha: string;
  details: PullDetails;
  /** What its checks amount to; null where it has none, undefined where that was refused. */
  rollup: RollupState | null | undefined;
  points: Points;
}

/** Asks what a pull request looks like now; a point of GraphQL's. @throws GithubError */
export async function askDetails(api: GithubApi, { owner, repo, number }: PullHead): Promise<AskedDetails> {
  const { data, problem } = await api.query(detailsQuery, { owner, repo, number });
  const { success, data: answer } = detailsAnswer.safeParse(data);
  if (!success)
    throw new GithubError(
      problem === undefined
        ? 'Unexpected answer from GitHub. Check GITHUB_API_URL'
        : `GitHub answered: ${problem}`,
      200,
    );
  const { pullRequest: pull } = answer.repository;
  const { title, isDraft, additions, deletions, changedFiles } = pull;
  const commit = pull.commits?.nodes?.[0]?.commit;
  const reviews = (pull.latestOpinionatedReviews?.nodes ?? []).flatMap((review) => {
    const state = reviewStates.find((one) => one === review?.state.toLowerCase());
    return state === undefined ? [] : [{ reviewer: review?.author?.login ?? 'ghost', state }];
  });
  return {
    headSha: pull.headRefOid.toLowerCase(),
    points: answer.rateLimit,
    rollup:
      problem !== undefined && commit?.statusCheckRollup == null
        ? undefined
        : rollupOf(commit?.statusCheckRollup?.state),
    details: {
      title,
      isDraft,
      additions,
      deletions,
      changedFiles,
      isFromFork: pull.isCrossRepository,
      baseRef: pull.baseRefName,
      headRef: pull.headRefName,
      mergeState: mergeStateOf(pull),
      reviewDecision: reviewDecisionOf(pull.reviewDecision),
      labels: (pull.labels?.nodes ?? []).flatMap((label) => label?.name ?? []).slice(0, maxListed),
      reviews: reviews.slice(0, maxListed),
    },
  };
}

/** Makes one bounded line of a text that strangers wrote. */
export function strangersText(given: string, max: number): string {
  // No more is looked at than can be kept, whatever its controls.
  return cutEnd(oneLine(given.slice(0, max * 4)).trim(), max);
}

interface MergeAnswer {
  isDraft: boolean;
  mergeable: string;
  mergeStateStatus: string;
}

function mergeStateOf({ isDraft, mergeable, mergeStateStatus }: MergeAnswer): MergeState {
  if (mergeable === 'CONFLICTING' || mergeStateStatus === 'DIRTY') return 'conflicting';
  if (isDraft) return 'draft';
  if (mergeable !== 'MERGEABLE') return 'working_out';
  return mergeStates.get(mergeStateStatus) ?? 'mergeable';
}

const mergeStates = new Map<string, MergeState>([
  ['BLOCKED', 'blocked'],
  ['BEHIND', 'behind'],
  ['UNSTABLE', 'unstable'],
]);

function reviewDecisionOf(given: string | null | undefined): ReviewDecision | null {
  return wordsOf(reviewDecisionFacts).find((word) => word === given?.toLowerCase()) ?? null;
}

/** What the checks of a commit amount to, where there are any. */
export type RollupState = Exclude<keyof typeof checksStateFacts, 'none' | 'unavailable'>;

function rollupOf(state: string | undefined): RollupState | null {
  if (state === undefined) return null;
  if (state === 'SUCCESS') return 'passed';
  return state === 'FAILURE' || state === 'ERROR' ? 'failed' : 'running';
}
