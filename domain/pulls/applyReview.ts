import { decideTask } from '../approvals/decide.ts';
import { DomainError } from '../errors.ts';
import type { Store } from '../store.ts';
import { findBound, type GithubUsers, type PullKey, viewerOf } from './pull.ts';

/** A review of a pull request that approves it. */
export interface ApprovingReview {
  id: number;
  /** The commit that was reviewed. */
  commit: string;
  /** Who reviewed, by the login of the host. */
  reviewer: string;
  /** What the reviewer is to the repository, as GitHub says it, e.g. `MEMBER`. */
  association: string;
  /** ISO 8601. */
  submittedAt: string;
}

/** Whoever may open a review of a public repository is not for that reason somebody who may approve. */
const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/**
 * Takes a review that approves as a vote of its reviewer, once, for each approval that waits for the pull request; the
 * policy holds as for everybody, and a review of an older commit is refused. Says how many votes were counted.
 */
export async function applyReview(
  store: Store,
  users: GithubUsers,
  pull: PullKey,
  review: ApprovingReview,
): Promise<number> {
  if (!trusted.has(review.association)) return 0;
  const { id } = viewerOf(users, review.reviewer);
  const by = { id, groups: store.groupsOf?.(id) ?? [], scopes: new Set<never>(), identified: true };
  let counted = 0;
  for (const approval of await findBound(store.db, pull, review.submittedAt)) {
    const { taskId } = approval;
    if (await isKnown(store, approval.id, review.id)) continue;
    try {
      await decideTask(store, by, taskId, 'approve', {
        ...{ via: 'github', note: `review ${review.id} of the pull request`, expectedHeadSha: review.commit },
      });
      counted += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
    await store.db.query({
      name: 'know_review',
      text: 'UPDATE approvals SET pull_reviews = array_append(pull_reviews, $2::bigint) WHERE id = $1 AND NOT $2::bigint = ANY(pull_reviews)',
      values: [approval.id, review.id],
    });
  }
  return counted;
}

async function isKnown(store: Store, approvalId: number, reviewId: number): Promise<boolean> {
  const known = await store.db.query({
    name: 'is_review_known',
    text: 'SELECT 1 FROM approvals WHERE id = $1 AND $2::bigint = ANY(pull_reviews)',
    values: [approvalId, reviewId],
  });
  return known.length > 0;
}
