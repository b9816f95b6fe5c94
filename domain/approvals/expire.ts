import { decisionFacts } from '../../contract/words/decisions.ts';
import type { ExpiryAction } from '../../contract/words/plans.ts';
import type { Queryable } from '../../database/database.ts';
import { briefly, eachApart } from '../../database/eachApart.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import type { Engine } from '../engine/engine.ts';
import { inEngine, publish } from '../engine/inEngine.ts';
import { afterTaskEnded } from '../engine/release.ts';
import { system } from '../input/viewer.ts';
import { notifyApproval } from '../notifications/notifyApproval.ts';
import { notifyOutcome } from '../notifications/notifyOutcome.ts';
import { type Outbox, openOutbox } from '../notifications/outbox.ts';
import { isAboutPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import { type OpenApproval, readOpenApproval } from './approval.ts';
import { lockAwaiting } from './lockAwaiting.ts';

/** So many overdue approvals are looked at with one call. */
const maxTogether = 50;

/**
 * Does with approvals whose time is over what their policy says: expires, rejects, approves or escalates them, at most
 * 50, the longest overdue first; each in a transaction of its own. Says how many there were.
 */
export async function expireApprovals(store: Store): Promise<number> {
  const overdue = await store.db.query(overdueApprovals());
  const outbox = overdue.length > 0 ? await openOutbox(store) : undefined;
  await eachApart(overdue, async ({ taskId, runId, isOfEngine }) => {
    const expire = async (tx: Queryable, engine?: Engine) => {
      const locked = await lockAwaiting(tx, taskId);
      const approval = locked && (await readOpenApproval(tx, taskId));
      if (!locked || !approval?.overdue) return [];
      const ended = await endOverdue(tx, locked, approval, outbox);
      if (ended === undefined || engine === undefined) return [taskId];
      return [taskId, ...(await afterTaskEnded(engine, taskId, runId))];
    };
    const ending = isOfEngine
      ? inEngine(store, (engine) => expire(engine.tx, engine), briefly)
      : store.db.transaction((tx) => expire(tx), briefly);
    await publish(store, await ending);
  });
  return overdue.length;
}

const overdueApprovals = statement({
  name: 'overdue_approvals',
  text: `SELECT agents_tasks.id AS "taskId", agents_tasks.run_id AS "runId", step IS NOT NULL AS "isOfEngine"
      FROM approvals JOIN agents_tasks ON agents_tasks.id = task_id
      WHERE ended_at IS NULL AND expires_at <= now() ORDER BY expires_at LIMIT ${maxTogether}`,
  row: { taskId: col.int, runId: col.text, isOfEngine: col.bool },
});

/**
 * Ends an overdue approval in the transaction that holds its task's row; gives the task as it is then, or nothing when
 * the approval was escalated, which is told, and goes on for its time once more.
 */
export async function endOverdue(
  tx: Queryable,
  task: Task,
  { id, kind, policy, escalated, head }: OpenApproval,
  outbox: Outbox | undefined,
): Promise<Task | undefined> {
  const { id: taskId } = task;
  const record = { taskId, task: task.task, runId: task.runId, approvalId: id, head, ...recordedBy(system) };
  const moved = { via: 'expiry', outcome: 'decided', fromStatus: task.status } as const;
  if (policy.onExpire === 'escalate' && !escalated) {
    await tx.query(escalateApproval(id));
    await recordDecision(tx, { ...record, ...moved, action: 'escalate', toStatus: task.status });
    if (outbox)
      await notifyApproval(
        { ...outbox, tx },
        {
          taskId,
          approvalId: id,
          reason: 'escalated',
        },
      );
    return undefined;
  }
  const action = endOf(policy, kind);
  const { status, approvalState: state } = action === 'expire' ? expired : decisionFacts[action];
  const [ended] = await tx.query(
    expireTask(taskId, status, state, system.id, status === 'failed' ? 'nobody decided in time' : null),
  );
  await recordDecision(tx, { ...record, ...moved, action, toStatus: status });
  const what = `nobody decided in time, so it ${outcomes[action]}`;
  await notifyOutcome(tx, outbox, 'approval_expired', { taskId, what });
  return ended;
}

const escalateApproval = statement({
  name: 'escalate_approval',
  text: `UPDATE approvals SET escalated_at = clock_timestamp(), reminders = 0,
          expires_at = clock_timestamp() + (policy ->> 'expiresAfterMs')::bigint * interval '1 ms' WHERE id = $1`,
});

const expireTask = statement({
  name: 'expire_task',
  text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4, reason = coalesce($5, reason),
        finished_at = coalesce(finished_at, now()) WHERE id = $1 RETURNING ${selectTask}`,
  row: taskRow,
});

const outcomes = { expire: 'expired', reject: 'was rejected', approve: 'was approved' };

/** Time alone never approves where people must, and lets no step run, whatever an older plan says. */
function endOf(
  policy: OpenApproval['policy'],
  kind: OpenApproval['kind'],
): Exclude<ExpiryAction, 'escalate'> {
  if (policy.onExpire === 'escalate') return 'expire';
  return policy.onExpire === 'approve' && (kind === 'gate' || isAboutPeople(policy))
    ? 'expire'
    : policy.onExpire;
}

const expired = { status: 'failed', approvalState: 'expired' } as const;
