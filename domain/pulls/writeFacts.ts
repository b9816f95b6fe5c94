import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import type { HowHeard, KnownState, PullFacts } from './pull.ts';

/** Writes down for an approval that waits why what was heard of its pull request decides nothing. */
export async function writeRemark(tx: Queryable, id: number, remark: string): Promise<void> {
  await tx.query(remarkOnPull(id, remark));
}

const remarkOnPull = statement({
  name: 'remark_on_pull',
  text: 'UPDATE approvals SET pull_remark = $2 WHERE id = $1 AND ended_at IS NULL',
});

/**
 * Writes down for an approval what was heard of its pull request; a push voids the votes so far, and says so. Of two heads
 * in one second nobody can say which is the later, so their host is asked soon. A remark stays until the next one, or
 * until it is opened again.
 */
export async function writeFacts(
  tx: Queryable,
  id: number,
  facts: PullFacts,
  { before, how, remark }: { before: KnownState; how: HowHeard; remark?: string | null },
): Promise<boolean> {
  const head = facts.headSha.toLowerCase();
  const isPush = before.head !== null && before.head !== head;
  const isReopened = facts.state === 'open' && before.state !== 'open';
  await tx.query(
    notePull(
      id,
      facts.state,
      head,
      facts.author?.login,
      facts.author?.id,
      facts.updatedAt,
      // A look is on record since it was taken up: what an event has asked for meanwhile is still to be read.
      isPush && before.sameTime,
      how === 'read',
      isPush,
      remark !== undefined || isReopened,
      remark ?? null,
    ),
  );
  return isPush;
}

const notePull = statement({
  name: 'note_pull',
  text: `UPDATE approvals SET pull_state = $2::text, pull_head = $3::text, pull_author = coalesce($4::text, pull_author),
        pull_author_id = coalesce($5::bigint, pull_author_id), pull_updated_at = $6::timestamptz,
        pull_checked_at = CASE WHEN $7::boolean THEN NULL WHEN $8::boolean THEN pull_checked_at ELSE clock_timestamp() END,
        pull_unreadable = NULL, stale_at = CASE WHEN $9::boolean THEN clock_timestamp() ELSE stale_at END,
        votes_from = CASE WHEN $9::boolean THEN coalesce((SELECT max(id) FROM decisions WHERE approval_id = $1), votes_from)
          ELSE votes_from END,
        pull_remark = CASE WHEN $10::boolean THEN $11::text ELSE pull_remark END
      WHERE id = $1`,
});
