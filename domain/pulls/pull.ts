import type { Queryable } from '../../prisma/database/database.ts';
import type { Viewer } from '../viewer.ts';

/** Which pull request. */
export interface PullKey {
  /** Where people open it, with the port if it has one, e.g. `github.com`. */
  host: string;
  owner: string;
  repo: string;
  number: number;
}

/** What was heard of a pull request. */
export interface PullFacts extends PullKey {
  state: 'open' | 'closed' | 'merged';
  headSha: string;
  /** Who opened it, by the login of its host. */
  author: string | null;
  /** When it last changed, by its host; ISO 8601. */
  updatedAt: string;
  /** Who merged or closed it, by the login of its host, where that is known. */
  endedBy?: string | null | undefined;
}

/** The viewers that logins of the host stand for, by the login in lower case. */
export type GithubUsers = ReadonlyMap<string, string>;

/** Who a login of the host is here: a person, where somebody said whose it is. */
export function viewerOf(users: GithubUsers, login: string): Pick<Viewer, 'id' | 'kind'> {
  const person = users.get(login.toLowerCase());
  return person === undefined ? { id: `github:${login}`, kind: 'login' } : { id: person, kind: 'person' };
}

/** An approval that waits for a pull request. */
export interface BoundApproval {
  id: number;
  taskId: number;
}

/** The condition under which an approval waits for a pull request; the key is its first four values. */
const isBound = `lower(pull_owner) = lower($2::text) AND lower(pull_repo) = lower($3::text) AND pull_number = $4::int
  AND pull_host = lower($1::text) AND ended_at IS NULL`;

/** Finds the approvals that wait for a pull request. */
export async function findBound(
  db: Queryable,
  { host, owner, repo, number }: PullKey,
): Promise<BoundApproval[]> {
  return db.query<BoundApproval>({
    name: 'approvals_of_pull',
    text: `SELECT id, task_id AS "taskId" FROM approvals WHERE ${isBound} ORDER BY id`,
    values: [host, owner, repo, number],
  });
}

/** What an approval knows of its pull request. */
interface Known {
  head: string | null;
  /** Whether what is heard is older. */
  late: boolean;
  /** Whether it is of the same time, which its host tells in seconds. */
  sameTime: boolean;
}

/**
 * Reads what an approval knows of its pull request, while its task's row is locked; nothing when it does not wait for
 * it any more.
 */
export async function readKnown(
  tx: Queryable,
  id: number,
  { host, owner, repo, number }: PullKey,
  updatedAt: string | null = null,
): Promise<Known | undefined> {
  const [known] = await tx.query<Known>({
    name: 'known_of_pull',
    text: `SELECT pull_head AS head, coalesce(pull_updated_at > $6::timestamptz(3), false) AS late,
        coalesce(pull_updated_at = $6::timestamptz(3), false) AS "sameTime"
      FROM approvals WHERE ${isBound} AND id = $5`,
    values: [host, owner, repo, number, id, updatedAt],
  });
  return known;
}

/** Locks the row of a task whose approval is changed, as everything does that moves the task. */
export async function lockTaskOfPull(tx: Queryable, taskId: number): Promise<void> {
  await tx.query({
    name: 'lock_task_of_pull',
    text: 'SELECT 1 FROM agents_tasks WHERE id = $1 FOR UPDATE',
    values: [taskId],
  });
}
