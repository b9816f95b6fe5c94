import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { publish } from '../engine/inEngine.ts';
import { lockTaskAlone } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { findBound, isBound } from './pull.ts';

/**
 * Notes for every approval that waits for a pull request that its host does not let the server read it, and why: what
 * must be read before somebody may approve is then waited for no longer, until a look succeeds.
 */
export async function noteUnreadable(store: Store, pull: PullKey, why: string): Promise<void> {
  const changed: number[] = [];
  for (const { id, taskId } of await findBound(store.db, pull)) {
    const isNews = await store.db.transaction(async (tx) => {
      await lockTaskAlone(tx, taskId);
      return writeUnreadable(tx, id, pull, why);
    });
    if (isNews) changed.push(taskId);
  }
  await publish(store, changed);
}

/** Who opened it is taken from what events have told, which stays true. */
async function writeUnreadable(
  tx: Queryable,
  id: number,
  { host, owner, repo, number }: PullKey,
  why: string,
): Promise<boolean> {
  const written = await tx.query(noteUnreadablePull(host, owner, repo, number, id, why));
  return written.length > 0;
}

const noteUnreadablePull = statement({
  name: 'note_unreadable_pull',
  text: `UPDATE approvals SET pull_unreadable = $6::text, pull_author = coalesce(pull_author, known.author),
        pull_author_id = coalesce(pull_author_id, known.author_id)
      FROM (SELECT 1) one LEFT JOIN pulls known
        ON (known.host, known.owner, known.repo, known.number) = (lower($1), lower($2), lower($3), $4)
      WHERE ${isBound} AND approvals.id = $5
        AND (pull_unreadable, pull_author) IS DISTINCT FROM ($6::text, coalesce(pull_author, known.author))
      RETURNING 1`,
});
