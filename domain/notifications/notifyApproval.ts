import type { ApprovalFacts } from '../../contract/notifications/facts.ts';
import type { ApprovalKind } from '../../contract/words/approvals.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Work } from '../queue/work.ts';
import { notify } from './notify.ts';

/** Why an approval is told of, but for a change of what it is about. */
export type ApprovalReason = 'needed' | 'reminder' | 'escalated';

/** An older orchestrator tells of its tasks itself; so long it may take to say so. */
export const reporterGraceSeconds = 600;

/**
 * Tells every channel of the open approval of a task, in the transaction of the change that is the reason. That it is
 * needed is told once; without channels, or when it has ended, nothing is done.
 */
export async function notifyApproval(
  work: Work,
  {
    taskId,
    approvalId,
    reason,
    afterSeconds = 0,
  }: { taskId: number; approvalId?: number; reason: ApprovalReason; afterSeconds?: number },
): Promise<void> {
  if (work.channels.length === 0) return;
  const found = await readApprovalFacts(work.tx, { taskId, approvalId });
  if (found === undefined || (reason === 'needed' && found.told)) return;
  const { facts } = found;
  await notify(work, {
    kind: `approval_${reason}`,
    payload: facts,
    afterSeconds,
    taskId,
    approvalId: facts.approvalId,
    runId: facts.runId,
  });
}

/** What there is to tell of the open approval of a task, whether it was told that it is needed, and whether votes of it were voided. */
export async function readApprovalFacts(
  tx: Queryable,
  { taskId, approvalId }: { taskId: number; approvalId?: number | undefined },
): Promise<{ facts: ApprovalFacts; told: boolean; hadVotes: boolean } | undefined> {
  const [found] = await tx.query(approvalToTell(taskId, approvalId));
  if (found === undefined) return undefined;
  const { told, hadVotes, ...facts } = found;
  return { facts, told, hadVotes };
}

const approvalToTell = statement({
  name: 'approval_to_tell',
  text: `SELECT tasks.id AS "taskId", approvals.id AS "approvalId", approvals.kind AS "approvalKind", tasks.task, tasks.run_id AS "runId", plans.name AS plan,
        nullif(plans.project, '') AS project,
        requested_at AS "requestedAt", expires_at AS "expiresAt", (policy ->> 'required')::int AS required,
        policy -> 'approvers' AS approvers, policy -> 'escalateTo' AS "escalateTo",
        CASE WHEN pull_number IS NOT NULL THEN jsonb_build_object('owner', pull_owner, 'repo', pull_repo,
          'number', pull_number, 'headSha', pull_head) END AS "pullRequest",
        EXISTS (SELECT 1 FROM deliveries WHERE approval_id = approvals.id AND kind = 'approval_needed') AS told,
        EXISTS (SELECT 1 FROM decisions
          WHERE approval_id = approvals.id AND decisions.id <= votes_from AND outcome = 'voted') AS "hadVotes"
      FROM approvals JOIN agents_tasks tasks ON tasks.id = approvals.task_id JOIN runs USING (run_id)
        LEFT JOIN plans ON plans.hash = runs.plan_hash
      WHERE approvals.task_id = $1 AND ended_at IS NULL AND approvals.id = coalesce($2::int, approvals.id)`,
  row: {
    taskId: col.int,
    approvalId: col.int,
    approvalKind: col.word<ApprovalKind>(),
    task: col.text,
    runId: col.text,
    plan: col.text.orNull,
    project: col.text.orNull,
    requestedAt: col.time,
    expiresAt: col.time.orNull,
    required: col.int,
    approvers: col.json<string[]>(),
    escalateTo: col.json<string[]>(),
    pullRequest: col.json<{ owner: string; repo: string; number: number; headSha: string } | null>().orNull,
    told: col.bool,
    hadVotes: col.bool,
  },
});
