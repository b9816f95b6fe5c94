import type { AwaitedPull } from '../../contract/pulls/pullReach.ts';
import type { ApprovalKind, ApprovalState } from '../../contract/words/approvals.ts';
import type { PullActionState, PullState } from '../../contract/words/pulls.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { nameNow } from '../audit/nameNow.ts';
import { isNotWithdrawn, isOfSomebody } from '../audit/votes.ts';
import type { ApprovalPolicy } from '../plans/policy.ts';

/** An approval that has not ended, as decisions judge it. */
export interface OpenApproval {
  id: number;
  kind: ApprovalKind;
  /** Whether the task's gate was approved before it ran, so that this is its second wait. */
  isSecond: boolean;
  policy: ApprovalPolicy;
  /** Whether its time is over, by the database's clock. */
  overdue: boolean;
  /** When its time is over; null for never. */
  expiresAt: string | null;
  escalated: boolean;
  /** The head commit of its pull request that was last heard of. */
  head: string | null;
  /** The pull request that it waits for. */
  pull: AwaitedPull | null;
  /** Who opened the pull request, by the login of its host. */
  author: string | null;
  /** The number of the author's account, which stays when the login changes. */
  authorId: number | null;
  /** Who started the run. */
  startedBy: string | null;
  /** The distinct people who voted to approve, by the names that they have now. */
  voters: string[];
  /** Whose votes these are towards the quorum: that of a delegate is the vote of whom it acted for. */
  counted: string[];
}

/** Reads the approval of a task that has not ended; its task's row is locked already, so it stays as it is. */
export async function readOpenApproval(tx: Queryable, taskId: number): Promise<OpenApproval | undefined> {
  const [approval] = await readOpenApprovals(tx, [taskId]);
  return approval ?? undefined;
}

/** Reads the approvals of several tasks that have not ended with one statement, in the order of the ids. */
export async function readOpenApprovals(
  tx: Queryable,
  taskIds: readonly number[],
): Promise<(OpenApproval | null)[]> {
  const found = await tx.query(openApprovals(taskIds));
  const byTask = new Map(found.map(({ taskId, ...approval }) => [taskId, approval]));
  return taskIds.map((id) => byTask.get(id) ?? null);
}

/** The distinct people of the votes that count; whom an admin found to be another person is that one. */
function votesBy(who: string): string {
  return `ARRAY(SELECT DISTINCT viewer_name(viewer_behind(${who})) FROM decisions WHERE approval_id = approvals.id
      AND decisions.id > votes_from AND action = 'approve' AND outcome = 'voted' AND viewer_kind = 'person'
      AND ${isNotWithdrawn} AND ${isOfSomebody})::text[]`;
}

const openApprovals = statement({
  name: 'open_approvals',
  text: `SELECT id, task_id AS "taskId", kind, kind = 'output' AND EXISTS (SELECT 1 FROM approvals gate
          WHERE gate.task_id = approvals.task_id AND gate.kind = 'gate' AND gate.state = 'approved') AS "isSecond", policy, coalesce(expires_at <= clock_timestamp(), false) AS overdue, expires_at AS "expiresAt",
        escalated_at IS NOT NULL AS escalated, pull_head AS head, pull_author AS author, pull_author_id AS "authorId",
        CASE WHEN pull_number IS NOT NULL THEN jsonb_build_object('host', pull_host, 'isOwn', pull_own,
          'isUnreadable', pull_unreadable IS NOT NULL) END AS pull,
        (SELECT ${nameNow('started_by')} FROM runs WHERE run_id = (SELECT run_id FROM agents_tasks WHERE agents_tasks.id = approvals.task_id)) AS "startedBy",
        ${votesBy('decisions.viewer')} AS voters, ${votesBy('coalesce(acting_for, decisions.viewer)')} AS counted
      FROM approvals WHERE task_id = ANY($1::int[]) AND ended_at IS NULL`,
  row: {
    id: col.int,
    taskId: col.int,
    kind: col.word<ApprovalKind>(),
    isSecond: col.bool,
    policy: col.json<ApprovalPolicy>(),
    overdue: col.bool,
    expiresAt: col.time.orNull,
    escalated: col.bool,
    head: col.text.orNull,
    author: col.text.orNull,
    authorId: col.int.orNull,
    pull: col.json<AwaitedPull>().orNull,
    startedBy: col.text.orNull,
    voters: col.list(col.text),
    counted: col.list(col.text),
  },
});

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
  /** Rises with every change of it, votes included. */
  version: number;
}

/** What an approval does to its pull request. */
export interface PullAction {
  /** `merge`, or `label:` and a name. */
  action: string;
  state: PullActionState;
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
  state: PullState;
  author: string | null;
  /** Whether it is of the task's own repository, so that a merge or a review there may decide. */
  isOwn: boolean;
  /** Why its host does not let the server read it; null while it does, and before it was asked. */
  unreadable: string | null;
  /** When its host was last asked about it; null when it never was. */
  checkedAt: string | null;
}
