import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Decider } from '../input/viewer.ts';
import type { Review } from './review.ts';

/** Keeps a review with its pull request, so that an old one is old for approvals to come; a dismissal stays one. */
export async function noteReview(
  db: Queryable,
  { host, owner, repo, number }: PullKey,
  { id, reviewer, state, commit, submittedAt }: Review,
): Promise<void> {
  await db.query(
    noteReviewSql(
      host,
      owner,
      repo,
      number,
      id,
      reviewer.login,
      reviewer.id,
      state,
      commit.toLowerCase(),
      submittedAt,
    ),
  );
}

const noteReviewSql = statement({
  name: 'note_review',
  text: `INSERT INTO pull_reviews AS known (host, owner, repo, number, review_id, reviewer, reviewer_id, state, head, submitted_at)
      VALUES (lower($1), lower($2), lower($3), $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (host, owner, repo, number, review_id) DO UPDATE SET state = excluded.state, heard_at = clock_timestamp(),
        reviewer = excluded.reviewer, reviewer_id = excluded.reviewer_id, submitted_at = excluded.submitted_at
        WHERE known.state <> 'dismissed'`,
});

/**
 * Notes that a review is judged for an approval, and says whether it is the reviewer's latest; nothing when it was judged
 * before, but for one that was refused since nobody knew its reviewer, who is known now.
 */
export async function hear(
  tx: Queryable,
  approvalId: number,
  { host, owner, repo, number }: PullKey,
  { id, reviewer, state }: Review,
  { kind }: Decider,
): Promise<{ isLatest: boolean } | undefined> {
  const [heard] = await tx.query(
    hearReview(
      approvalId,
      id,
      state,
      host,
      owner,
      repo,
      number,
      reviewer.login,
      reviewer.id,
      kind === 'person',
    ),
  );
  return heard;
}

const hearReview = statement({
  name: 'hear_review',
  text: `INSERT INTO approval_reviews AS heard (approval_id, review_id, state) VALUES ($1, $2, $3)
      ON CONFLICT (approval_id, review_id) DO UPDATE SET state = excluded.state, heard_at = clock_timestamp(), is_unknown = false
        WHERE heard.state NOT IN ('dismissed', excluded.state) OR heard.is_unknown AND heard.state = excluded.state AND $10::boolean
      RETURNING NOT EXISTS (SELECT 1 FROM pull_reviews known WHERE (host, owner, repo, number) = (lower($4), lower($5), lower($6), $7)
        AND (review_id = $2 AND known.state <> $3::text
          OR review_id > $2 AND (ascii_key(reviewer) = ascii_key($8) OR reviewer_id = $9))) AS "isLatest"`,
  row: { isLatest: col.bool },
});

/** Notes that a review was refused since its reviewer is not known: people are asked for there, and nobody has said whose login it is. */
export async function noteUnknown(tx: Queryable, approvalId: number, reviewId: number): Promise<void> {
  await tx.query(noteUnknownReviewer(approvalId, reviewId));
}

const noteUnknownReviewer = statement({
  name: 'note_unknown_reviewer',
  text: 'UPDATE approval_reviews SET is_unknown = true WHERE approval_id = $1 AND review_id = $2',
});
