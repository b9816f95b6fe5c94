import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { mayBeHeardLate } from '../tasks/conditions.ts';
import type { HowHeard, PullFacts } from './pull.ts';

/**
 * Keeps what was heard of a pull request, whether or not anything waits for it: that it was opened is usually told while
 * the command that opened it still runs. What is older than what is known changes nothing, and a merge stays one.
 */
export async function notePull(db: Queryable, facts: PullFacts, how: HowHeard): Promise<void> {
  const { host, owner, repo, number, state, author, endedBy } = facts;
  await db.query(
    notePullSeen(
      host,
      owner,
      repo,
      number,
      state,
      facts.headSha.toLowerCase(),
      author?.login,
      author?.id,
      facts.openedAt,
      facts.updatedAt,
      facts.endedAt,
      endedBy?.login,
      endedBy?.id,
      facts.isAutomatic,
      // That an auto-merge is not set must be read where it can be, and an event that is told again says nothing of now.
      how !== 'hinted',
      how === 'read',
    ),
  );
}

const notePullSeen = statement({
  name: 'note_pull_seen',
  text: `INSERT INTO pulls AS known (host, owner, repo, number, state, head, author, author_id, opened_at, updated_at, ended_at,
        ended_by, ended_by_id, is_automatic, seen_open_at, seen_plain_at)
      VALUES (lower($1), lower($2), lower($3), $4, $5::text, $6, $7, $8, $9, $10, $11, $12, $13, $14::boolean,
        CASE WHEN $5::text = 'open' THEN clock_timestamp() END,
        CASE WHEN $5::text = 'open' AND NOT $14::boolean AND $15::boolean THEN clock_timestamp() END)
      ON CONFLICT (host, owner, repo, number) DO UPDATE SET state = excluded.state, head = excluded.head,
        author = coalesce(excluded.author, known.author), author_id = coalesce(excluded.author_id, known.author_id),
        opened_at = coalesce(excluded.opened_at, known.opened_at), updated_at = excluded.updated_at,
        ended_at = excluded.ended_at, ended_by = excluded.ended_by, ended_by_id = excluded.ended_by_id,
        is_automatic = excluded.is_automatic OR known.is_automatic
          AND (excluded.state <> 'open' OR known.updated_at = excluded.updated_at AND NOT $16::boolean),
        seen_at = clock_timestamp(),
        pushed_at = CASE WHEN known.head <> excluded.head THEN clock_timestamp() ELSE known.pushed_at END,
        seen_open_at = coalesce(excluded.seen_open_at, known.seen_open_at),
        seen_plain_at = CASE WHEN known.updated_at < excluded.updated_at OR $16::boolean
          THEN coalesce(excluded.seen_plain_at, known.seen_plain_at) ELSE known.seen_plain_at END
      WHERE known.updated_at <= excluded.updated_at AND (known.state <> 'merged' OR excluded.state = 'merged')`,
});

/** Has the host asked soon about a pull request of which an event has told; says how many approvals wait for it. */
export async function askSoon(db: Queryable, { host, owner, repo, number }: PullFacts): Promise<number> {
  const asked = await db.query(askSoonSql(host, owner, repo, number));
  return asked.length;
}

const askSoonSql = statement({
  name: 'ask_soon',
  text: `UPDATE approvals SET pull_checked_at = NULL WHERE pull_host = lower($1) AND lower(pull_owner) = lower($2)
      AND lower(pull_repo) = lower($3) AND pull_number = $4 AND (ended_at IS NULL OR ${mayBeHeardLate}) RETURNING 1`,
});

/** For so long what was heard of a pull request is kept that nothing waits for. */
const keptFor = `interval '90 days'`;

/** Forgets pull requests, their details and reviews that were not heard of for long and for which nothing waits; at most 1,000 of each. */
export async function forgetPulls(db: Queryable): Promise<void> {
  for (const forget of forgetOld) await db.query(forget());
}

const forgetOld = (
  [
    ['pulls', 'seen_at'],
    ['pull_reviews', 'heard_at'],
    ['pull_details', 'asked_at'],
  ] as const
).map(([table, time]) =>
  statement({
    name: `forget_${table}`,
    text: `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} old WHERE ${time} < now() - ${keptFor}
        AND NOT EXISTS (SELECT 1 FROM approvals WHERE approvals.ended_at IS NULL AND pull_number = old.number
          AND lower(pull_owner) = old.owner AND lower(pull_repo) = old.repo AND pull_host = old.host) LIMIT 1000))`,
  }),
);
