import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { publishTasks } from '../engine/inEngine.ts';
import type { Store } from '../store.ts';
import type { PullChecks, PullDetails, PullFiles } from './details.ts';
import { findBound } from './pull.ts';

/** What was read of a pull request. */
export interface ReadDetails {
  details: PullDetails;
  checks: PullChecks;
  /** Whether what was read is unfinished, so that it is to be read once more soon. */
  isUnfinished: boolean;
}

/** When what was unfinished is read once more. */
const againMs = 5000;

/**
 * Keeps what was read of a pull request at a head commit, and says so to those who look at what waits for it if it is
 * news. What is unfinished is read once more soon, and once only until it is finished.
 */
export async function noteDetails(
  store: Store,
  pull: PullHead,
  { details, checks, isUnfinished }: ReadDetails,
): Promise<void> {
  const { host, owner, repo, number, headSha } = pull;
  const changed = await store.db.query(
    noteDetailsSql(
      host,
      owner,
      repo,
      number,
      headSha,
      JSON.stringify(details),
      JSON.stringify(checks),
      isUnfinished,
    ),
  );
  if (changed.length > 0) await tell(store, pull);
}

const key = 'lower($1), lower($2), lower($3), $4, lower($5)';
const isKey = `(host, owner, repo, number, head) = (${key})`;

const noteDetailsSql = statement({
  name: 'note_details',
  text: `WITH before AS (SELECT details, checks, problem FROM pull_details WHERE ${isKey}),
      noted AS (INSERT INTO pull_details AS kept (host, owner, repo, number, head, details, checks, read_at, due_at, asked_merge)
        VALUES (${key}, $6::jsonb, $7::jsonb, clock_timestamp(),
          CASE WHEN $8::boolean THEN clock_timestamp() + interval '${againMs} ms' END, $8::boolean)
        ON CONFLICT (host, owner, repo, number, head) DO UPDATE SET details = excluded.details, checks = excluded.checks,
          problem = NULL, read_at = excluded.read_at, claimed_until = NULL, asked_merge = excluded.asked_merge,
          due_at = CASE WHEN kept.asked_merge THEN kept.due_at ELSE least(kept.due_at, excluded.due_at) END
        RETURNING 1)
      SELECT 1 FROM noted WHERE NOT EXISTS (SELECT 1 FROM before
        WHERE (details, checks) IS NOT DISTINCT FROM ($6::jsonb, $7::jsonb) AND problem IS NULL)`,
});

/** Keeps why a pull request could not be read; what was read before stays. */
export async function noteDetailsProblem(store: Store, pull: PullHead, problem: string): Promise<void> {
  const { host, owner, repo, number, headSha } = pull;
  const changed = await store.db.query(
    noteDetailsProblemSql(host, owner, repo, number, headSha, problem.slice(0, 500)),
  );
  if (changed.length > 0) await tell(store, pull);
}

const noteDetailsProblemSql = statement({
  name: 'note_details_problem',
  text: `WITH before AS (SELECT problem FROM pull_details WHERE ${isKey}),
      noted AS (UPDATE pull_details SET problem = $6::text, claimed_until = NULL WHERE ${isKey} RETURNING 1)
      SELECT 1 FROM noted, before WHERE before.problem IS DISTINCT FROM $6::text`,
});

/** Lets another process read a pull request that was taken up here, as if nobody had. */
export async function releaseDetails(db: Queryable, pull: PullHead): Promise<void> {
  const { host, owner, repo, number, headSha } = pull;
  await db.query(releaseDetailsSql(host, owner, repo, number, headSha));
}

const releaseDetailsSql = statement({
  name: 'release_details',
  text: `UPDATE pull_details SET claimed_until = NULL WHERE ${isKey}`,
});

/** Keeps the largest files of a pull request at a head commit. */
export async function noteFiles(db: Queryable, pull: PullHead, files: PullFiles): Promise<void> {
  const { host, owner, repo, number, headSha } = pull;
  await db.query(noteFilesSql(host, owner, repo, number, headSha, JSON.stringify(files)));
}

// The row says nothing else yet where it is new, so the rest is still to be asked for.
const noteFilesSql = statement({
  name: 'note_files',
  text: `INSERT INTO pull_details (host, owner, repo, number, head, files, due_at) VALUES (${key}, $6::jsonb, clock_timestamp())
      ON CONFLICT (host, owner, repo, number, head) DO UPDATE SET files = excluded.files`,
});

async function tell(store: Store, pull: PullHead): Promise<void> {
  const bound = await findBound(store.db, pull);
  await publishTasks(
    store,
    bound.map(({ taskId }) => taskId),
  );
}
