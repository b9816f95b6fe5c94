import type { KnownPull } from '../../contract/pulls/knownPull.ts';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/**
 * Reads what is known of pull requests, in the order of their keys; undefined where it is nothing. Clocks may differ by a
 * minute before something counts as untouched.
 */
export async function readKnownPulls(
  tx: Queryable,
  pulls: readonly PullKey[],
  attemptBegan: string,
): Promise<(KnownPull | undefined)[]> {
  if (pulls.length === 0) return [];
  const rows = await tx.query(
    knownPulls(
      pulls.map(({ host }) => host),
      pulls.map(({ owner }) => owner.toLowerCase()),
      pulls.map(({ repo }) => repo.toLowerCase()),
      pulls.map(({ number }) => number),
      attemptBegan,
    ),
  );
  const byPlace = new Map(rows.map(({ place, ...known }) => [place, known]));
  return pulls.map((_, index) => byPlace.get(index + 1));
}

const knownPulls = statement({
  name: 'known_pulls',
  text: `SELECT place::int, host, owner, repo, number, state, head, author, author_id AS "authorId", updated_at AS "updatedAt",
        ended_by AS "endedBy",
        CASE WHEN greatest(opened_at, pushed_at) >= $5 THEN greatest(opened_at, pushed_at) END AS "touchedAt",
        seen_at >= $5 AND coalesce(pushed_at < $5, true) AND greatest(opened_at, updated_at) < $5::timestamptz - interval '1 minute' AS "isUntouched"
      FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY AS wanted (host, owner, repo, number, place)
        JOIN pulls USING (host, owner, repo, number)`,
  row: {
    place: col.int,
    host: col.text,
    owner: col.text,
    repo: col.text,
    number: col.int,
    state: col.word<'open' | 'closed' | 'merged'>(),
    head: col.text,
    author: col.text.orNull,
    authorId: col.int.orNull,
    updatedAt: col.time,
    endedBy: col.text.orNull,
    touchedAt: col.time.orNull,
    isUntouched: col.bool,
  },
});
