import type { Queryable } from '../../prisma/database/database.ts';
import { decide } from '../approvals/decide.ts';
import { publish } from '../engine/finishAttempt.ts';
import { notifyApproval } from '../notify/notifyApproval.ts';
import { openOutbox } from '../notify/outbox.ts';
import type { Store } from '../store.ts';
import {
  type BoundApproval,
  findBound,
  type GithubUsers,
  lockTaskOfPull,
  type PullFacts,
  readKnown,
  viewerOf,
} from './pull.ts';

/**
 * Does with what was heard of a pull request what it means for the approvals that wait for it: a new head voids their
 * votes, which is told, a merge approves as whoever merged, a close without one rejects. What is older than what is
 * known, or known already, changes nothing. Says how many approvals wait for it.
 */
export async function applyPull(store: Store, users: GithubUsers, facts: PullFacts): Promise<number> {
  const bound = await findBound(store.db, facts);
  for (const approval of bound) {
    if (facts.state === 'open') await noteOpen(store, approval, facts);
    else await end(store, users, approval, facts);
  }
  return bound.length;
}

async function noteOpen(store: Store, { id, taskId }: BoundApproval, facts: PullFacts): Promise<void> {
  const outbox = await openOutbox(store);
  const moved = await store.db.transaction(async (tx) => {
    await lockTaskOfPull(tx, taskId);
    const before = await readKnown(tx, id, facts, facts.updatedAt);
    if (before === undefined || before.late) return false;
    const isPush = before.head !== null && before.head !== facts.headSha.toLowerCase();
    await writeFacts(tx, id, facts, { isPush, isDoubtful: isPush && before.sameTime });
    if (isPush && outbox)
      await notifyApproval(tx, outbox.queue, outbox.channels, { taskId, approvalId: id, reason: 'changed' });
    return isPush;
  });
  if (moved) await publish(store, [taskId]);
}

/**
 * Writes down what was heard; a push voids the votes so far. Of two heads in one second nobody can say which is the
 * later, so their host is asked soon.
 */
async function writeFacts(
  tx: Queryable,
  id: number,
  facts: PullFacts,
  { isPush = false, isDoubtful = false } = {},
): Promise<void> {
  await tx.query({
    name: 'note_pull',
    text: `UPDATE approvals SET pull_state = $2::text, pull_head = $3::text, pull_author = coalesce($4::text, pull_author),
        pull_updated_at = $5::timestamptz, pull_checked_at = CASE WHEN $7::boolean THEN NULL ELSE clock_timestamp() END,
        stale_at = CASE WHEN $6::boolean THEN clock_timestamp() ELSE stale_at END,
        votes_from = CASE WHEN $6::boolean THEN coalesce((SELECT max(id) FROM decisions WHERE approval_id = $1), votes_from)
          ELSE votes_from END
      WHERE id = $1`,
    values: [
      ...[id, facts.state, facts.headSha.toLowerCase(), facts.author, facts.updatedAt],
      ...[isPush, isDoubtful],
    ],
  });
}

/** Who acts for an account that is gone, as GitHub itself calls it. */
const ghost = 'ghost';

/** Somebody may have been faster, or the link another one by now: then the pull request has nothing to add. */
async function end(
  store: Store,
  users: GithubUsers,
  { id, taskId }: BoundApproval,
  facts: PullFacts,
): Promise<void> {
  const merged = facts.state === 'merged';
  await decide(store, {
    ...{ id: taskId, action: merged ? 'approve' : 'reject', via: 'github', isFact: true },
    by: viewerOf(users, facts.endedBy ?? ghost),
    note: `the pull request was ${merged ? 'merged' : 'closed'}`,
    async given(tx) {
      const known = await readKnown(tx, id, facts, facts.updatedAt);
      if (known === undefined || known.late) return false;
      // Before the decision, so that its record has the commit, and nothing is owed to what is merged already.
      await writeFacts(tx, id, facts);
      return true;
    },
  });
}
