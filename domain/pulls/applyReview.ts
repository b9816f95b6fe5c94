import type { Queryable } from '../../prisma/database/database.ts';
import { isNotWithdrawn, recordDecision } from '../approvals/audit.ts';
import { decide } from '../approvals/decide.ts';
import { publish } from '../engine/finishAttempt.ts';
import { DomainError } from '../errors.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import type { Decider } from '../viewer.ts';
import {
  type BoundApproval,
  findBound,
  type GithubUsers,
  lockTaskOfPull,
  type PullKey,
  readKnown,
  viewerOf,
} from './pull.ts';

/** What a review can say for or against a pull request. */
export const reviewStates = ['approved', 'changes_requested', 'dismissed'] as const;

/** A review of a pull request. */
export interface Review {
  /** A later review has a higher one. */
  id: number;
  state: (typeof reviewStates)[number];
  /** The commit that was reviewed. */
  commit: string;
  /** Who reviewed, by the login of the host. */
  reviewer: string;
  /** What the reviewer is to the repository, as GitHub says it, e.g. `MEMBER`. */
  association: string;
}

/** Whoever may open a review of a public repository is not for that reason somebody who may approve. */
const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/**
 * Takes a review once for each approval that waits for the pull request, whose facts must be applied before. One that
 * approves is a vote of its reviewer; the policy holds as for everybody, and a review of an older commit is refused.
 * The latest review of a person counts: one that asks for changes, or was dismissed, takes back the vote that an
 * earlier one was, and decides nothing. Says for how many approvals it was news.
 */
export async function applyReview(
  store: Store,
  users: GithubUsers,
  pull: PullKey,
  review: Review,
): Promise<number> {
  if (review.state === 'approved' && !trusted.has(review.association)) return 0;
  const reviewer = viewerOf(users, review.reviewer);
  const by = { ...reviewer, groups: store.groupsOf?.(reviewer.id) ?? [] };
  let heard = 0;
  for (const approval of await findBound(store.db, pull)) {
    const news = { ...approval, pull, review, by };
    if (await (review.state === 'approved' ? vote(store, news) : withdraw(store, news))) heard += 1;
  }
  return heard;
}

interface News extends BoundApproval {
  pull: PullKey;
  review: Review;
  by: Decider;
}

/** The review is heard in the transaction of its vote, so that a process that is killed counts it once all the same. */
async function vote(store: Store, { id, taskId, pull, review, by }: News): Promise<boolean> {
  let isNews = false;
  try {
    await decide(store, {
      ...{ id: taskId, action: 'approve', by, via: 'github' },
      ...{ note: `review ${review.id} of the pull request`, expectedHeadSha: review.commit },
      async given(tx) {
        const found = await hear(tx, id, pull, review);
        isNews = found !== undefined;
        return found?.isLatest ?? false;
      },
    });
  } catch (error) {
    // Refused, which is on record.
    if (!(error instanceof DomainError)) throw error;
  }
  return isNews;
}

async function withdraw(store: Store, { id, taskId, pull, review, by }: News): Promise<boolean> {
  const { isNews, counted } = await store.db.transaction(async (tx) => {
    await lockTaskOfPull(tx, taskId);
    const found = await hear(tx, id, pull, review);
    const standing = found?.isLatest ? await hasVotedByReview(tx, id, by.id) : false;
    if (standing) {
      const { task, runId, status } = await readTask(tx, taskId);
      await recordDecision(tx, {
        ...{ taskId, task, runId, approvalId: id, head: review.commit, fromStatus: status, toStatus: status },
        ...{ action: 'withdraw', outcome: 'voted', viewer: by.id, viewerKind: by.kind, via: 'github' },
        note: `review ${review.id} of the pull request: ${review.state.replace('_', ' ')}`,
      });
    }
    return { isNews: found !== undefined, counted: standing };
  });
  if (counted) await publish(store, [taskId]);
  return isNews;
}

/** Notes a review; nothing when it is no news, and whether it is the reviewer's latest. */
async function hear(
  tx: Queryable,
  id: number,
  pull: PullKey,
  { id: reviewId, reviewer, state, commit }: Review,
): Promise<{ isLatest: boolean } | undefined> {
  if ((await readKnown(tx, id, pull)) === undefined) return undefined;
  const [heard] = await tx.query<{ isLatest: boolean }>({
    name: 'hear_review',
    text: `INSERT INTO pull_reviews (approval_id, review_id, reviewer, state, head) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (approval_id, review_id) DO UPDATE SET state = excluded.state, heard_at = clock_timestamp()
        WHERE pull_reviews.state NOT IN ('dismissed', excluded.state)
      RETURNING NOT EXISTS (SELECT 1 FROM pull_reviews later WHERE later.approval_id = $1 AND later.review_id > $2
        AND lower(later.reviewer) = lower($3)) AS "isLatest"`,
    values: [id, reviewId, reviewer, state, commit.toLowerCase()],
  });
  return heard;
}

async function hasVotedByReview(tx: Queryable, id: number, viewer: string): Promise<boolean> {
  const votes = await tx.query({
    name: 'has_voted_by_review',
    text: `SELECT 1 FROM decisions JOIN approvals ON approvals.id = approval_id
      WHERE approval_id = $1 AND decisions.id > votes_from AND lower(viewer) = lower($2) AND via = 'github'
        AND action = 'approve' AND outcome = 'voted' AND ${isNotWithdrawn} LIMIT 1`,
    values: [id, viewer],
  });
  return votes.length > 0;
}
