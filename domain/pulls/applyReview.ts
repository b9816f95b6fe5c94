import type { PullKey } from '../../contract/pullLinks.ts';
import type { Queryable } from '../../prisma/database/database.ts';
import { isNotWithdrawn, recordDecision } from '../approvals/audit.ts';
import { decide } from '../approvals/decide.ts';
import { publish } from '../engine/finishAttempt.ts';
import { DomainError } from '../errors.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import type { Decider } from '../viewer.ts';
import {
  type Account,
  type BoundApproval,
  findBound,
  type GithubUsers,
  type HowHeard,
  lockTaskOfPull,
  readKnown,
  viewerOf,
} from './pull.ts';
import { mayDecide } from './whyNotDecided.ts';

/** What a review can say for or against a pull request. */
export const reviewStates = ['approved', 'changes_requested', 'dismissed'] as const;

/** A review of a pull request. */
export interface Review {
  /** A later review has a higher one. */
  id: number;
  state: (typeof reviewStates)[number];
  /** The commit that was reviewed. */
  commit: string;
  reviewer: Account;
  /** When it was given, by the host; ISO 8601. */
  submittedAt: string | null;
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
  how: HowHeard = 'told',
): Promise<number> {
  const { reviewer, association } = review;
  if (review.state === 'approved' && !(reviewer.isPerson && trusted.has(association))) return 0;
  await noteReview(store.db, pull, review);
  const viewer = viewerOf(users, reviewer.login);
  const by = { ...viewer, groups: store.groupsOf?.(viewer.id) ?? [] };
  let heard = 0;
  for (const approval of await findBound(store.db, pull)) {
    const news = { ...approval, pull, review, by, how };
    if (await (review.state === 'approved' ? vote(store, news) : withdraw(store, news))) heard += 1;
  }
  return heard;
}

interface News extends BoundApproval {
  pull: PullKey;
  review: Review;
  by: Decider;
  how: HowHeard;
}

/** The review is heard in the transaction of its vote, so that a process that is killed counts it once all the same. */
async function vote(store: Store, { id, taskId, pull, review, by, how }: News): Promise<boolean> {
  let isNews = false;
  try {
    await decide(store, {
      ...{ id: taskId, action: 'approve', by, via: 'github' },
      ...{ note: `review ${review.id} of the pull request`, expectedHeadSha: review.commit },
      async given(tx) {
        const known = await readKnown(tx, id, pull, { doneAt: review.submittedAt });
        // Of the time while the command ran it is taken from the host itself, and from no event. An older one has seen
        // nothing of what the attempt did.
        const isInTime = how === 'read' ? known?.isSinceAttempt : known?.isSince;
        if (known === undefined || !isInTime) return false;
        if (!mayDecide(pull, known, store.github)) return false;
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
    const known = await readKnown(tx, id, pull);
    const found = known && (await hear(tx, id, pull, review));
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

/** Keeps a review with its pull request, so that an old one is old for approvals to come; a dismissal stays one. */
async function noteReview(
  db: Queryable,
  { host, owner, repo, number }: PullKey,
  { id, reviewer, state, commit, submittedAt }: Review,
): Promise<void> {
  await db.query({
    name: 'note_review',
    text: `INSERT INTO pull_reviews AS known (host, owner, repo, number, review_id, reviewer, reviewer_id, state, head, submitted_at)
      VALUES (lower($1), lower($2), lower($3), $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (host, owner, repo, number, review_id) DO UPDATE SET state = excluded.state, heard_at = clock_timestamp(),
        reviewer = excluded.reviewer, reviewer_id = excluded.reviewer_id, submitted_at = excluded.submitted_at
        WHERE known.state <> 'dismissed'`,
    values: [
      ...[
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
      ],
    ],
  });
}

/** Notes that a review is judged for an approval; nothing when it was before, and whether it is the reviewer's latest. */
async function hear(
  tx: Queryable,
  approvalId: number,
  { host, owner, repo, number }: PullKey,
  { id, reviewer, state }: Review,
): Promise<{ isLatest: boolean } | undefined> {
  const [heard] = await tx.query<{ isLatest: boolean }>({
    name: 'hear_review',
    text: `INSERT INTO approval_reviews AS heard (approval_id, review_id, state) VALUES ($1, $2, $3)
      ON CONFLICT (approval_id, review_id) DO UPDATE SET state = excluded.state, heard_at = clock_timestamp()
        WHERE heard.state NOT IN ('dismissed', excluded.state)
      RETURNING NOT EXISTS (SELECT 1 FROM pull_reviews known WHERE (host, owner, repo, number) = (lower($4), lower($5), lower($6), $7)
        AND (review_id = $2 AND known.state <> $3::text
          OR review_id > $2 AND (lower(reviewer) = lower($8) OR reviewer_id = $9))) AS "isLatest"`,
    values: [approvalId, id, state, host, owner, repo, number, reviewer.login, reviewer.id],
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
