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

/** Who a login of the host is here. */
export function viewerOf(users: GithubUsers, login: string): Pick<Viewer, 'id'> {
  return { id: users.get(login.toLowerCase()) ?? `github:${login}` };
}

/** An approval that waits for a pull request. */
export interface BoundApproval {
  id: number;
  taskId: number;
  head: string | null;
  /** Whether what is heard is older than what is known. */
  late: boolean;
}

/** Finds the approvals that wait for a pull request, and whether news of a time is late for them. */
export async function findBound(
  db: Queryable,
  { host, owner, repo, number }: PullKey,
  updatedAt: string,
): Promise<BoundApproval[]> {
  return db.query<BoundApproval>({
    name: 'approvals_of_pull',
    text: `SELECT id, task_id AS "taskId", pull_head AS head, coalesce(pull_updated_at > $5::timestamptz, false) AS late
      FROM approvals WHERE lower(pull_owner) = lower($2::text) AND lower(pull_repo) = lower($3::text) AND pull_number = $4::int
        AND pull_host = lower($1::text) AND ended_at IS NULL ORDER BY id`,
    values: [host, owner, repo, number, updatedAt],
  });
}
