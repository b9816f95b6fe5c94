import type { Queryable } from '../../prisma/database/database.ts';
import { decide } from '../approvals/decide.ts';
import { publish } from '../engine/finishAttempt.ts';
import { DomainError } from '../errors.ts';
import { notifyApproval } from '../notify/notifyApproval.ts';
import { openOutbox } from '../notify/outbox.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import { type BoundApproval, findBound, type GithubUsers, type PullFacts, viewerOf } from './pull.ts';

/**
 * Does with what was heard of a pull request what it means for the approvals that wait for it: a new head voids their
 * votes, which is told, a merge approves as whoever merged, a close without one rejects. What is older than what is known, or known
 * already, changes nothing. Says how many approvals wait for it.
 */
export async function applyPull(store: Store, users: GithubUsers, facts: PullFacts): Promise<number> {
  const bound = await findBound(store.db, facts, facts.updatedAt);
  for (const approval of bound) {
    if (approval.late) continue;
    if (facts.state === 'open') await noteOpen(store, approval, facts);
    else await end(store, users, approval, facts);
  }
  return bound.length;
}

async function noteOpen(store: Store, { id, taskId }: BoundApproval, facts: PullFacts): Promise<void> {
  const outbox = await openOutbox(store);
  const moved = await store.db.transaction(async (tx) => {
    await tx.query({
      name: 'lock_task_of_pull',
      text: 'SELECT 1 FROM agents_tasks WHERE id = $1 FOR UPDATE',
      values: [taskId],
    });
    const [before] = await tx.query<{ head: string | null }>({
      name: 'lock_approval_of_pull',
      text: `SELECT pull_head AS head FROM approvals
        WHERE id = $1 AND ended_at IS NULL AND coalesce(pull_updated_at <= $2::timestamptz, true) FOR UPDATE`,
      values: [id, facts.updatedAt],
    });
    if (before === undefined) return false;
    const isPush = before.head !== null && before.head !== facts.headSha;
    await writeFacts(tx, id, facts, isPush);
    if (isPush && outbox)
      await notifyApproval(tx, outbox.queue, outbox.channels, { taskId, approvalId: id, reason: 'changed' });
    return isPush;
  });
  if (moved) await publish(store, [taskId]);
}

/** Writes down what was heard; a push voids the votes so far. */
async function writeFacts(tx: Queryable, id: number, facts: PullFacts, isPush: boolean): Promise<void> {
  await tx.query({
    name: 'note_pull',
    text: `UPDATE approvals SET pull_state = $2::text, pull_head = $3::text, pull_author = coalesce($4::text, pull_author),
        pull_updated_at = $5::timestamptz, pull_checked_at = clock_timestamp(),
        stale_at = CASE WHEN $6::boolean THEN clock_timestamp() ELSE stale_at END,
        votes_from = CASE WHEN $6::boolean THEN coalesce((SELECT max(id) FROM decisions WHERE approval_id = $1), votes_from)
          ELSE votes_from END,
        pull_action_state = CASE WHEN $2::text = 'open' THEN pull_action_state END
      WHERE id = $1`,
    values: [id, facts.state, facts.headSha, facts.author, facts.updatedAt, isPush],
  });
}

async function end(
  store: Store,
  users: GithubUsers,
  { id, taskId }: BoundApproval,
  facts: PullFacts,
): Promise<void> {
  const merged = facts.state === 'merged';
  try {
    await decide(store, {
      ...{ id: taskId, action: merged ? 'approve' : 'reject', via: 'github', isFact: true },
      by: viewerOf(users, facts.endedBy ?? 'unknown'),
      note: `the pull request was ${merged ? 'merged' : 'closed'}`,
      async also(tx) {
        // Nothing is left to do there, whatever the policy wants of an approval.
        await writeFacts(tx, id, facts, false);
        return readTask(tx, taskId);
      },
    });
  } catch (error) {
    // Somebody was faster: that is on record, and the pull request has nothing to add.
    if (!(error instanceof DomainError)) throw error;
  }
}
