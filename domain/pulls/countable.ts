import { identityKey } from '../../contract/people/identityKey.ts';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import { col, statement } from '../../database/statement.ts';
import { type GithubUsers, viewerOf } from '../input/people.ts';
import type { Store } from '../store.ts';
import { isBound, ofAttempt } from './pull.ts';
import type { Review } from './review.ts';
import { mayDecide } from './whyNotDecided.ts';

/**
 * Leaves out of all reviews that were read of a pull request the approving ones that can count for no approval that waits
 * for it: of no person, followed by a later one of the same person, from before the attempt began, or heard already,
 * unless it was refused since its reviewer was not known.
 * Strangers can give hundreds, and each that is left costs a question of who may write.
 */
export async function keepCountable(
  { db, github }: Pick<Store, 'db' | 'github'>,
  users: GithubUsers,
  pull: PullKey,
  reviews: readonly Review[],
): Promise<Review[]> {
  const latest = new Map<number | string, number>();
  for (const one of reviews) latest.set(keyOf(one), Math.max(one.id, latest.get(keyOf(one)) ?? 0));
  const candidates = reviews.filter(
    (one) => one.state === 'approved' && one.reviewer.isPerson && latest.get(keyOf(one)) === one.id,
  );
  if (candidates.length === 0) return reviews.filter(({ state }) => state !== 'approved');
  const { host, owner, repo, number } = pull;
  const found = await db.query(
    countableReviews(
      host,
      owner,
      repo,
      number,
      candidates.map(({ id }) => id),
      candidates.map(({ submittedAt }) => submittedAt),
      mayDecide(pull, { isOwn: false, isOutside: true }, github),
      mayDecide(pull, { isOwn: true, isOutside: false }, github),
      candidates.map(({ reviewer }) => viewerOf(users, reviewer).kind === 'person'),
    ),
  );
  const countable = new Set(found.map(({ place }) => candidates[place - 1]?.id));
  return reviews.filter(({ id, state }) => state !== 'approved' || countable.has(id));
}

const countableReviews = statement({
  name: 'countable_reviews',
  text: `SELECT place::int FROM unnest($5::bigint[], $6::timestamptz[], $9::boolean[]) WITH ORDINALITY AS given (review_id, submitted_at, is_known, place)
      WHERE EXISTS (SELECT 1 FROM approvals JOIN agents_tasks tasks ON tasks.id = approvals.task_id ${ofAttempt}
        WHERE ${isBound} AND given.submitted_at >= began_at AND CASE WHEN step IS NULL THEN $7::boolean ELSE pull_own AND $8::boolean END
          AND NOT EXISTS (SELECT 1 FROM approval_reviews heard WHERE heard.approval_id = approvals.id
            AND heard.review_id = given.review_id AND heard.state IN ('approved', 'dismissed') AND NOT (heard.is_unknown AND given.is_known)))`,
  row: { place: col.int },
});

/** An account keeps its number when its login changes. */
function keyOf({ reviewer: { id, login } }: Review): number | string {
  return id ?? identityKey(login);
}
