import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { mayBeHeardLate } from '../tasks/conditions.ts';

/** A pull request that this process is to look at, since no other one does. */
export interface TakenPull extends PullKey {
  approvalId: number;
  /** When it was looked at before; null for never. */
  checkedAt: string | null;
}

/** How long one that cannot be read is left alone at most: no event need come when it can be. */
const unreadableMs = 300_000;

/** So many are taken at once. */
export const takenTogether = 20;

/**
 * Takes the open pull requests of a host that were not looked at for a time, those never looked at first, and once each one
 * whose approval's time is over, which may have been merged before that; at most 20, and no other process takes them
 * meanwhile.
 */
export async function takeUnchecked(db: Queryable, host: string, olderThanMs: number): Promise<TakenPull[]> {
  const open = await db.query(takeUncheckedPulls(host, olderThanMs, takenTogether));
  if (open.length === takenTogether) return open;
  const expired = await db.query(takeExpiredPulls(host, takenTogether - open.length));
  return [...open, ...expired];
}

const takenRow = {
  approvalId: col.int,
  checkedAt: col.time.orNull,
  host: col.text.sure,
  owner: col.text.sure,
  repo: col.text.sure,
  number: col.int.sure,
};

const takeUncheckedPulls = statement({
  name: 'take_unchecked_pulls',
  text: take(
    `ended_at IS NULL AND pull_number IS NOT NULL AND pull_host = $1 AND pull_state <> 'merged'
        AND coalesce(pull_checked_at <= clock_timestamp()
          - CASE WHEN pull_unreadable IS NULL THEN $2::bigint ELSE least($2::bigint, ${unreadableMs}) END * interval '1 ms', true)`,
    'pull_checked_at NULLS FIRST LIMIT $3::int',
  ),
  row: takenRow,
});

const takeExpiredPulls = statement({
  name: 'take_expired_pulls',
  text: take(
    `${mayBeHeardLate} AND pull_host = $1 AND pull_state <> 'merged'
        AND coalesce(pull_checked_at < expires_at, true)`,
    'ended_at LIMIT $2::int',
  ),
  row: takenRow,
});

function take(which: string, order: string): string {
  return `UPDATE approvals SET pull_checked_at = clock_timestamp() FROM (
      SELECT id, pull_checked_at FROM approvals WHERE ${which} ORDER BY ${order} FOR UPDATE SKIP LOCKED) due
    WHERE approvals.id = due.id
    RETURNING approvals.id AS "approvalId", due.pull_checked_at AS "checkedAt", pull_host AS host,
      pull_owner AS owner, pull_repo AS repo, pull_number AS number`;
}

/** Gives back what could not be looked at, as if nobody had taken it. */
export async function releaseClaims(db: Queryable, taken: readonly TakenPull[]): Promise<void> {
  await db.query(
    giveBackPulls(
      taken.map(({ approvalId }) => approvalId),
      taken.map(({ checkedAt }) => checkedAt),
    ),
  );
}

const giveBackPulls = statement({
  name: 'give_back_pulls',
  text: `UPDATE approvals SET pull_checked_at = given.checked_at
      FROM unnest($1::int[], $2::timestamptz[]) AS given (id, checked_at) WHERE approvals.id = given.id`,
});
