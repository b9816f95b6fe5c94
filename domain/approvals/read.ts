import type { Queryable } from '../../database/database.ts';
import type { ApprovalState } from '../vocabulary.ts';
import { isNotWithdrawn } from './audit.ts';
import type { ApprovalKind, ApprovalPolicy } from './policy.ts';
import { remarkOf } from './remark.ts';

/** Where the wait for a decision about a task stands. Times are ISO 8601 strings in UTC. */
export interface Approval {
  /** Its number, by which a decision can name it. */
  id: number;
  taskId: number;
  kind: ApprovalKind;
  state: ApprovalState;
  policy: ApprovalPolicy;
  requestedAt: string;
  expiresAt: string | null;
  endedAt: string | null;
  escalatedAt: string | null;
  /** When a new push voided the votes; null while the first head stands. */
  staleAt: string | null;
  /** The distinct viewers whose votes to approve count, the earliest first. */
  voters: string[];
  /** Who started the run, if somebody did. */
  startedBy: string | null;
  pullRequest: PullRequest | null;
  pullAction: PullAction | null;
  /** Why a merge or a close of the pull request decided nothing, and why it cannot be read. */
  remark: string | null;
}

/** What an approval brings about at its pull request. */
export interface PullAction {
  /** `merge`, or `label:` and a name. */
  action: string;
  state: 'owed' | 'done' | 'failed';
  /** Why the last try failed. */
  error: string | null;
}

/** The pull request that a task waits for, as it was last heard of. */
export interface PullRequest {
  host: string;
  owner: string;
  repo: string;
  number: number;
  headSha: string | null;
  state: 'open' | 'closed' | 'merged';
  author: string | null;
  /** Whether it is of the task's own repository, so that a merge or a review there may decide. */
  isOwn: boolean;
  /** Why its host does not let the server read it; null while it does, and before it was asked. */
  unreadable: string | null;
  /** When its host was last asked about it; null when it never was. */
  checkedAt: string | null;
}

/** Reads the latest approval of several tasks with one statement, in the order of the ids; null where there never was one. */
export async function readApprovals(db: Queryable, taskIds: readonly number[]): Promise<(Approval | null)[]> {
  const approvals = await db.query<Approval>({
    name: 'approvals_of_tasks',
    text: `SELECT DISTINCT ON (task_id) ${selectApproval} FROM approvals WHERE task_id = ANY($1::int[])
      ORDER BY task_id, id DESC`,
    values: [taskIds],
  });
  const byTask = new Map(approvals.map((approval) => [approval.taskId, withRemark(approval)]));
  return taskIds.map((id) => byTask.get(id) ?? null);
}

/** Reads one approval by its own number. */
export async function findApproval(db: Queryable, id: number): Promise<Approval | undefined> {
  const [approval] = await findApprovals(db, [id]);
  return approval ?? undefined;
}

/** Reads several approvals by their own numbers with one statement, in the order of the numbers; null where there is none. */
export async function findApprovals(db: Queryable, ids: readonly number[]): Promise<(Approval | null)[]> {
  const text = `SELECT ${selectApproval} FROM approvals WHERE id = ANY($1::int[])`;
  const approvals = await db.query<Approval>({ name: 'approvals_by_ids', text, values: [ids] });
  const byId = new Map(approvals.map((approval) => [approval.id, withRemark(approval)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function withRemark(approval: Approval): Approval {
  return { ...approval, remark: remarkOf(approval) };
}

const selectApproval = `id, task_id AS "taskId", kind, state, policy, requested_at AS "requestedAt",
        expires_at AS "expiresAt", ended_at AS "endedAt", escalated_at AS "escalatedAt", stale_at AS "staleAt",
        (SELECT started_by FROM runs WHERE run_id = (SELECT run_id FROM agents_tasks WHERE agents_tasks.id = task_id)) AS "startedBy",
        ARRAY(SELECT viewer FROM decisions WHERE approval_id = approvals.id AND decisions.id > votes_from
          AND action = 'approve' AND (outcome = 'decided' OR outcome = 'voted' AND viewer_kind = 'person') AND ${isNotWithdrawn} GROUP BY viewer ORDER BY min(decisions.id))::text[] AS voters,
        CASE WHEN pull_number IS NOT NULL THEN jsonb_build_object('host', pull_host, 'owner', pull_owner,
          'repo', pull_repo, 'number', pull_number, 'headSha', pull_head, 'state', pull_state, 'author', pull_author, 'isOwn', pull_own,
          'unreadable', pull_unreadable, 'checkedAt', to_char(pull_checked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END AS "pullRequest",
        CASE WHEN pull_action_state IS NOT NULL THEN jsonb_build_object('action', pull_action, 'state', pull_action_state,
          'error', pull_action_error) END AS "pullAction", pull_remark AS remark`;
