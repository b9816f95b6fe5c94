import type { Queryable } from '../../prisma/database/database.ts';
import type { PullKey } from './pull.ts';

/**
 * Takes the open pull requests of a host that were not looked at for a time, those never looked at first, at most 20;
 * no other process takes them meanwhile.
 */
export async function takeUnchecked(db: Queryable, host: string, olderThanMs: number): Promise<PullKey[]> {
  const taken = await db.query<PullKey>({
    name: 'take_unchecked_pulls',
    text: `UPDATE approvals SET pull_checked_at = clock_timestamp() WHERE id IN (
        SELECT id FROM approvals WHERE ended_at IS NULL AND pull_number IS NOT NULL AND pull_host = $1
          AND coalesce(pull_checked_at <= clock_timestamp() - $2::bigint * interval '1 ms', true)
        ORDER BY pull_checked_at NULLS FIRST LIMIT 20 FOR UPDATE SKIP LOCKED)
      RETURNING pull_host AS host, pull_owner AS owner, pull_repo AS repo, pull_number AS number`,
    values: [host, olderThanMs],
  });
  const unique = new Map(
    taken.map((pull) => [`${pull.owner}/${pull.repo}#${pull.number}`.toLowerCase(), pull]),
  );
  return [...unique.values()];
}
