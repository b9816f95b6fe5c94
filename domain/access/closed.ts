import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/**
 * Says whether every caller needs a key, because there is one or ever was: the last one may be revoked or have expired, and
 * nobody comes in without a key all the same.
 */
export async function isClosed(db: Queryable): Promise<boolean> {
  const [row] = await db.query(closedSince());
  return row?.closed ?? false;
}

const closedSince = statement({
  name: 'closed_since',
  text: 'SELECT closed_at IS NOT NULL AS closed FROM identity',
  row: { closed: col.bool },
});

/** Has every caller need a key from now on. It is never taken back. */
export async function closeForGood(db: Queryable): Promise<void> {
  await db.query(closeForGoodSql());
}

const closeForGoodSql = statement({
  name: 'close_for_good',
  text: `INSERT INTO identity (closed_at) VALUES (clock_timestamp())
    ON CONFLICT (one) DO UPDATE SET closed_at = excluded.closed_at WHERE identity.closed_at IS NULL`,
});
