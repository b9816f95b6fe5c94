import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { PullState } from '../../contract/words/pulls.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type ApprovalPolicy, isAboutPeople } from '../plans/policy.ts';
import { mayBeHeardLate } from '../tasks/conditions.ts';

/** Somebody at the host of a pull request. */
export interface Account {
  login: string;
  /** The number that stays when the login changes. */
  id: number | null;
  /** Whether the host calls it a person, and no bot. */
  isPerson: boolean;
  /** Whether it may write to the repository, where that is proved. */
  mayWrite?: boolean | undefined;
}

/** What was heard of a pull request. Times are ISO 8601, by its host. */
export interface PullFacts extends PullKey {
  state: PullState;
  headSha: string;
  /** Who opened it. */
  author: Account | null;
  openedAt: string | null;
  /** When it last changed. */
  updatedAt: string;
  /** When it was merged or closed. */
  endedAt: string | null;
  /** Who merged or closed it, where that is known. */
  endedBy: Account | null;
  /** Whether an auto-merge is set. */
  isAutomatic: boolean;
}

/**
 * How something was heard: read from the host (`read`), told by an event where nothing can be read (`told`), or told by an
 * event whose truth is still to be read (`hinted`).
 */
export type HowHeard = 'read' | 'told' | 'hinted';

/** An approval that waits for a pull request. */
export interface BoundApproval {
  id: number;
  taskId: number;
  /** Whether its policy asks for certain people, or several, so that a merge is at most a vote. */
  isAboutPeople: boolean;
}

/** The condition under which an approval waits for a pull request; the key is its first four values. */
export const isBound = `lower(pull_owner) = lower($2::text) AND lower(pull_repo) = lower($3::text) AND pull_number = $4::int
  AND pull_host = lower($1::text) AND approvals.ended_at IS NULL`;

/** The join by which `began_at` is when the attempt began that made what the task of an approval awaits. */
export const ofAttempt = `CROSS JOIN LATERAL (SELECT CASE WHEN step IS NULL THEN least(tasks.started_at, tasks.created_at) ELSE
  (SELECT max(attempt.started_at) FROM task_attempts attempt WHERE attempt.task_id = tasks.id) END AS began_at) attempt`;

/** Finds the approvals that wait for a pull request. */
export async function findBound(
  db: Queryable,
  { host, owner, repo, number }: PullKey,
): Promise<BoundApproval[]> {
  const found = await db.query(approvalsOfPull(host, owner, repo, number));
  return found.map(({ policy, ...bound }) => ({ ...bound, isAboutPeople: isAboutPeople(policy) }));
}

const approvalsOfPull = statement({
  name: 'approvals_of_pull',
  text: `SELECT id, task_id AS "taskId", policy FROM approvals WHERE ${isBound} ORDER BY id`,
  row: { id: col.int, taskId: col.int, policy: col.json<ApprovalPolicy>() },
});

/** Finds the approvals whose time was over before anybody decided, and in whose time a pull request was merged. */
export async function findMergedInTime(
  db: Queryable,
  { host, owner, repo, number, endedAt }: PullFacts,
): Promise<BoundApproval[]> {
  const found = await db.query(expiredApprovalsOfPull(host, owner, repo, number, endedAt));
  return found.map(({ policy, ...bound }) => ({ ...bound, isAboutPeople: isAboutPeople(policy) }));
}

const expiredApprovalsOfPull = statement({
  name: 'expired_approvals_of_pull',
  text: `SELECT id, task_id AS "taskId", policy FROM approvals WHERE lower(pull_owner) = lower($2::text) AND lower(pull_repo) = lower($3::text)
        AND pull_number = $4::int AND pull_host = lower($1::text) AND ${mayBeHeardLate}
        AND $5::timestamptz(3) > requested_at AND $5::timestamptz(3) <= expires_at
        AND NOT EXISTS (SELECT 1 FROM approvals later WHERE later.task_id = approvals.task_id AND later.id > approvals.id) ORDER BY id`,
  row: { id: col.int, taskId: col.int, policy: col.json<ApprovalPolicy>() },
});

/** What an approval knows of its pull request. */
export interface KnownState {
  head: string | null;
  state: PullFacts['state'];
  /** Whether what is heard is older. */
  late: boolean;
  /** Whether it is of the same time, which its host tells in seconds. */
  sameTime: boolean;
  isOwn: boolean;
  /** Whether the last look could not read it. */
  wasUnreadable: boolean;
  /** Whether its task is one of an outside reporter. */
  isOutside: boolean;
  /** Whether what is heard was done after the wait began. */
  isSince: boolean;
  /** Whether it was done after the attempt began that made the pull request. */
  isSinceAttempt: boolean;
  /** Whether it was seen open since the attempt began that made it. */
  wasSeenOpen: boolean;
  /** Whether it is merged by itself, and that was set before the wait began, or nobody knows. */
  isAutomatic: boolean;
}

/**
 * Reads what an approval knows of its pull request, while its task's row is locked; nothing when it does not wait for
 * it any more.
 */
export async function readKnown(
  tx: Queryable,
  id: number,
  { host, owner, repo, number }: PullKey,
  { updatedAt = null, doneAt = null }: { updatedAt?: string | null; doneAt?: string | null } = {},
): Promise<KnownState | undefined> {
  const [known] = await tx.query(knownOfPull(host, owner, repo, number, id, updatedAt, doneAt));
  return known;
}

const knownOfPull = statement({
  name: 'known_of_pull',
  text: `SELECT pull_head AS head, pull_state AS state, coalesce(pull_updated_at > $6::timestamptz(3), false) AS late,
        coalesce(pull_updated_at = $6::timestamptz(3), false) AS "sameTime", pull_own AS "isOwn",
        pull_unreadable IS NOT NULL AS "wasUnreadable", step IS NULL AS "isOutside",
        coalesce($7::timestamptz(3) > requested_at, false) AS "isSince",
        coalesce($7::timestamptz(3) >= began_at, false) AS "isSinceAttempt",
        coalesce(seen_open_at >= began_at, false) AS "wasSeenOpen",
        coalesce(is_automatic, false) AND coalesce(seen_plain_at < requested_at, true) AS "isAutomatic"
      FROM approvals JOIN agents_tasks tasks ON tasks.id = approvals.task_id
        ${ofAttempt}
        LEFT JOIN pulls ON (host, owner, repo, number) = (lower($1), lower($2), lower($3), $4)
      WHERE ${isBound} AND approvals.id = $5`,
  row: {
    head: col.text.orNull,
    state: col.word<PullFacts['state']>().sure,
    late: col.bool,
    sameTime: col.bool,
    isOwn: col.bool,
    wasUnreadable: col.bool,
    isOutside: col.bool,
    isSince: col.bool,
    isSinceAttempt: col.bool,
    wasSeenOpen: col.bool,
    isAutomatic: col.bool,
  },
});
