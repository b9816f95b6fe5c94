import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { nameNow } from '../audit/nameNow.ts';
import { isNotWithdrawn, isOfSomebody, nameBehind } from '../audit/votes.ts';
import type { Approval } from './approval.ts';
import { remarkOf } from './remark.ts';

/** Reads the latest approval of several tasks with one statement, in the order of the ids; null where there never was one. */
export async function readApprovals(db: Queryable, taskIds: readonly number[]): Promise<(Approval | null)[]> {
  const approvals = await db.query(approvalsOfTasks(taskIds));
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
  const approvals = await db.query(approvalsByIds(ids));
  const byId = new Map(approvals.map((approval) => [approval.id, withRemark(approval)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function withRemark(approval: Approval): Approval {
  return { ...approval, remark: remarkOf(approval) };
}

// No call of Prisma's: who has voted is judged as in a decision (`isNotWithdrawn`), at the same moment as the rest is read.
const selectApproval = `id, task_id AS "taskId", kind, state, policy, requested_at AS "requestedAt",
        expires_at AS "expiresAt", ended_at AS "endedAt", escalated_at AS "escalatedAt", stale_at AS "staleAt",
        (SELECT ${nameNow('started_by')} FROM runs WHERE run_id = (SELECT run_id FROM agents_tasks WHERE agents_tasks.id = task_id)) AS "startedBy",
        ARRAY(SELECT ${nameBehind} FROM decisions WHERE approval_id = approvals.id AND decisions.id > votes_from
          AND action = 'approve' AND (outcome = 'decided' OR outcome = 'voted' AND viewer_kind = 'person') AND ${isNotWithdrawn}
          AND (ended_at IS NOT NULL OR ${isOfSomebody}) GROUP BY 1 ORDER BY min(decisions.id))::text[] AS voters,
        CASE WHEN pull_number IS NOT NULL THEN jsonb_build_object('host', pull_host, 'owner', pull_owner,
          'repo', pull_repo, 'number', pull_number, 'headSha', pull_head, 'state', pull_state, 'author', pull_author, 'isOwn', pull_own,
          'unreadable', pull_unreadable, 'checkedAt', to_char(pull_checked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END AS "pullRequest",
        CASE WHEN pull_action_state IS NOT NULL THEN jsonb_build_object('action', pull_action, 'state', pull_action_state,
          'error', pull_action_error) END AS "pullAction", pull_remark AS remark, version`;

const approvalRow = {
  id: col.int,
  taskId: col.int,
  kind: col.word<Approval['kind']>(),
  state: col.word<Approval['state']>(),
  policy: col.json<Approval['policy']>(),
  requestedAt: col.time,
  expiresAt: col.time.orNull,
  endedAt: col.time.orNull,
  escalatedAt: col.time.orNull,
  staleAt: col.time.orNull,
  startedBy: col.text.orNull,
  voters: col.list(col.text),
  pullRequest: col.json<Approval['pullRequest']>().orNull,
  pullAction: col.json<Approval['pullAction']>().orNull,
  remark: col.text.orNull,
  version: col.int,
};

const approvalsOfTasks = statement({
  name: 'approvals_of_tasks',
  text: `SELECT DISTINCT ON (task_id) ${selectApproval} FROM approvals WHERE task_id = ANY($1::int[])
      ORDER BY task_id, id DESC`,
  row: approvalRow,
});

const approvalsByIds = statement({
  name: 'approvals_by_ids',
  text: `SELECT ${selectApproval} FROM approvals WHERE id = ANY($1::int[])`,
  row: approvalRow,
});
