import type { Repository } from '../../contract/pulls/pullLinks.ts';
import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** For so long one process reads a pull request alone: longer than all its requests can take. */
const claimMs = 120_000;

/** The key of a row, as the first five values of a statement. */
const key = 'lower($1), lower($2), lower($3), $4, lower($5)';
const isKey = `(host, owner, repo, number, head) = (${key})`;

/** Why a pull request is read: `old` where nobody has asked for so long, else since something happened. */
export type WhyRead = { olderThanMs: number };

/**
 * Takes a pull request up to read it, if it was not asked for within a time or an event has announced a change, and no
 * other process reads it now; says whether it was taken. With `wants` it is read after whoever reads it now.
 */
export async function claimDetails(
  db: Queryable,
  { host, owner, repo, number, headSha }: PullHead,
  { olderThanMs, wants = false }: WhyRead & { wants?: boolean },
): Promise<boolean> {
  const claimed = await db.query(claimDetailsSql(host, owner, repo, number, headSha, olderThanMs));
  if (claimed.length === 0 && wants) await db.query(wantDetails(host, owner, repo, number, headSha));
  return claimed.length > 0;
}

const claimDetailsSql = statement({
  name: 'claim_details',
  text: `INSERT INTO pull_details AS kept (host, owner, repo, number, head, claimed_until)
      VALUES (${key}, clock_timestamp() + interval '${claimMs} ms')
      ON CONFLICT (host, owner, repo, number, head) DO UPDATE SET claimed_until = excluded.claimed_until,
        asked_at = clock_timestamp(), due_at = NULL
      WHERE coalesce(kept.claimed_until <= clock_timestamp(), true)
        AND (kept.due_at <= clock_timestamp() OR kept.asked_at <= clock_timestamp() - $6::bigint * interval '1 ms')
      RETURNING 1`,
});

const wantDetails = statement({
  name: 'want_details',
  text: `UPDATE pull_details SET due_at = coalesce(due_at, clock_timestamp()) WHERE ${isKey}
      AND claimed_until > clock_timestamp()`,
});

/** Events of checks come in dozens, so one look a few seconds later is for all of them. */
const afterEventMs = 10_000;

/** Notes that the checks of a commit have changed; says for how many pull requests that is news. */
export async function noteCheckEvent(
  db: Queryable,
  { host, owner, repo }: Repository,
  headSha: string,
): Promise<number> {
  const noted = await db.query(noteCheckEventSql(host, owner, repo, headSha));
  return noted.length;
}

const noteCheckEventSql = statement({
  name: 'note_check_event',
  text: `UPDATE pull_details SET due_at = least(due_at, clock_timestamp() + interval '${afterEventMs} ms')
      WHERE host = lower($1) AND owner = lower($2) AND repo = lower($3) AND head = lower($4) RETURNING 1`,
});

/** So many are taken at once. */
const maxTogether = 5;

/**
 * Takes up pull requests of a host that are to be read again, for which an approval still waits; at most 5. What nothing
 * waits for is not read.
 */
export async function claimDueDetails(db: Queryable, host: string): Promise<PullHead[]> {
  await db.query(forgetDueDetails(host));
  return db.query(claimDueDetailsSql(host));
}

const isAwaited = `EXISTS (SELECT 1 FROM approvals WHERE ended_at IS NULL AND lower(pull_owner) = kept.owner
  AND lower(pull_repo) = kept.repo AND pull_number = kept.number AND pull_host = kept.host AND pull_head = kept.head)`;

const claimDueDetailsSql = statement({
  name: 'claim_due_details',
  text: `UPDATE pull_details claimed SET claimed_until = clock_timestamp() + interval '${claimMs} ms', asked_at = clock_timestamp(), due_at = NULL
      FROM (SELECT host, owner, repo, number, head FROM pull_details kept WHERE due_at <= clock_timestamp() AND host = $1
        AND coalesce(claimed_until <= clock_timestamp(), true) AND ${isAwaited}
        ORDER BY due_at LIMIT ${maxTogether} FOR UPDATE SKIP LOCKED) due
      WHERE (claimed.host, claimed.owner, claimed.repo, claimed.number, claimed.head)
        = (due.host, due.owner, due.repo, due.number, due.head)
      RETURNING claimed.host, claimed.owner, claimed.repo, claimed.number, claimed.head AS "headSha"`,
  row: { host: col.text, owner: col.text, repo: col.text, number: col.int, headSha: col.text },
});

const forgetDueDetails = statement({
  name: 'forget_due_details',
  text: `UPDATE pull_details kept SET due_at = NULL WHERE due_at <= clock_timestamp() AND host = $1 AND NOT ${isAwaited}`,
});
