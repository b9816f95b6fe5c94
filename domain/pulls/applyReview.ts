import { identityKey } from '../../contract/people/identityKey.ts';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { decide } from '../approvals/decide.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { isBy, isNotWithdrawn } from '../audit/votes.ts';
import { publish } from '../engine/inEngine.ts';
import { DomainError, MayNotDecideError } from '../input/errors.ts';
import { type GithubUsers, viewerOf } from '../input/people.ts';
import type { Decider } from '../input/viewer.ts';
import { lockTaskAlone } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import { type BoundApproval, findBound, type HowHeard, readKnown } from './pull.ts';
import { type Review, trusted } from './review.ts';
import { hear, noteReview, noteUnknown } from './reviewNotes.ts';
import { mayDecide } from './whyNotDecided.ts';

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
  const viewer = viewerOf(users, reviewer);
  const by = { ...viewer, groups: store.groupsOf?.(viewer.id) ?? [] };
  let heard = 0;
  for (const approval of await findBound(store.db, pull)) {
    const news = { ...approval, pull, review, by, how };
    if (await (review.state === 'approved' ? vote(store, news) : withdraw(store, news))) heard += 1;
  }
  return heard;
}

interface ReviewEvent extends BoundApproval {
  pull: PullKey;
  review: Review;
  by: Decider;
  how: HowHeard;
}

/** The review is heard in the transaction of its vote, so that a process that is killed counts it once all the same. */
async function vote(store: Store, { id, taskId, pull, review, by, how }: ReviewEvent): Promise<boolean> {
  let isNews = false;
  try {
    await decide(store, {
      id: taskId,
      approvalId: id,
      action: 'approve',
      by,
      via: 'github',
      note: `review ${review.id} of the pull request`,
      expectedHeadSha: review.commit,
      async given(tx) {
        const known = await readKnown(tx, id, pull, { doneAt: review.submittedAt });
        // Of the time while the command ran it is taken from the host itself, and from no event. An older one has seen
        // nothing of what the attempt did.
        const isInTime = how === 'read' ? known?.isSinceAttempt : known?.isSince;
        if (known === undefined || !isInTime) return false;
        if (!mayDecide(pull, known, store.github)) return false;
        const found = await hear(tx, id, pull, review, by);
        isNews = found !== undefined;
        return found?.isLatest ?? false;
      },
      async refused(tx, refusal) {
        if (by.kind === 'login' && refusal instanceof MayNotDecideError) await noteUnknown(tx, id, review.id);
      },
    });
  } catch (error) {
    // Refused, which is on record.
    if (!(error instanceof DomainError)) throw error;
  }
  return isNews;
}

async function withdraw(store: Store, { id, taskId, pull, review, by }: ReviewEvent): Promise<boolean> {
  const { isNews, counted } = await store.db.transaction(async (tx) => {
    await lockTaskAlone(tx, taskId);
    const known = await readKnown(tx, id, pull);
    const found = known && (await hear(tx, id, pull, review, by));
    const standing = found?.isLatest ? await hasVotedByReview(tx, id, by.id) : false;
    if (standing) {
      const { task, runId, status } = await readTask(tx, taskId);
      await recordDecision(tx, {
        taskId,
        task,
        runId,
        approvalId: id,
        head: review.commit,
        fromStatus: status,
        toStatus: status,
        action: 'withdraw',
        outcome: 'voted',
        ...recordedBy(by),
        via: 'github',
        note: `review ${review.id} of the pull request: ${review.state.replace('_', ' ')}`,
      });
    }
    return { isNews: found !== undefined, counted: standing };
  });
  if (counted) await publish(store, [taskId]);
  return isNews;
}

async function hasVotedByReview(tx: Queryable, id: number, viewer: string): Promise<boolean> {
  const votes = await tx.query(hasVotedByReviewSql(id, identityKey(viewer)));
  return votes.length > 0;
}

const hasVotedByReviewSql = statement({
  name: 'has_voted_by_review',
  text: `SELECT 1 FROM decisions JOIN approvals ON approvals.id = approval_id
      WHERE approval_id = $1 AND decisions.id > votes_from AND ${isBy('$2')} AND via = 'github'
        AND action = 'approve' AND outcome = 'voted' AND ${isNotWithdrawn} LIMIT 1`,
});
