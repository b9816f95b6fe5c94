import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';

/** Reads when what somebody proves themselves by ends at the latest; null where it does not, or nobody knows. */
export async function viewerEndsAt(
  db: Queryable,
  { session, key }: Pick<Viewer, 'session' | 'key'>,
): Promise<string | null> {
  if (session === undefined && key === undefined) return null;
  const [row] = await db.query(endOf(session?.id ?? null, key ?? null));
  return row?.expiresAt ?? null;
}

const endOf = statement({
  name: 'viewer_end',
  text: `SELECT least((SELECT expires_at FROM sessions WHERE id = $1::int), (SELECT expires_at FROM api_keys WHERE id = $2::int))
    AS "expiresAt"`,
  row: { expiresAt: col.time.orNull },
});
