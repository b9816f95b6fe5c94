import type { Queryable } from '../../prisma/database/database.ts';
import { decisionActions, type TaskStatus } from '../vocabulary.ts';

/** How a decision can have come. */
export const decisionVias = ['graphql', 'rest', 'cli', 'link', 'github', 'expiry', 'engine'] as const;
export type DecisionVia = (typeof decisionVias)[number];

/** What the record can hold: what people decide, and what becomes of an approval otherwise. */
export const recordedActions = [...decisionActions, 'expire', 'escalate', 'withdraw'] as const;

/** What can come of an attempt to decide. */
export const decisionOutcomes = ['decided', 'voted', 'repeated', 'refused'] as const;

/** One attempt to decide, as it is written down; what is not known is left out. */
export interface DecisionRecord {
  taskId: number;
  task?: string | undefined;
  runId?: string | undefined;
  approvalId?: number | undefined;
  action: (typeof recordedActions)[number];
  outcome: (typeof decisionOutcomes)[number];
  refusal?: string | undefined;
  viewer: string;
  via: DecisionVia;
  address?: string | undefined;
  note?: string | null | undefined;
  /** The head commit as it was known then. */
  head?: string | null | undefined;
  fromStatus?: TaskStatus | undefined;
  toStatus?: TaskStatus | undefined;
}

/** Writes down an attempt to decide, in the transaction that judged it; nothing ever changes the row. */
export async function recordDecision(tx: Queryable, record: DecisionRecord): Promise<void> {
  await tx.query({
    name: 'record_decision',
    text: `INSERT INTO decisions (task_id, task, run_id, approval_id, action, outcome, refusal, viewer, via, address, note,
        head, from_status, to_status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    values: [
      ...[record.taskId, record.task, record.runId, record.approvalId, record.action, record.outcome],
      ...[record.refusal, record.viewer, record.via, record.address, record.note, record.head],
      ...[record.fromStatus, record.toStatus],
    ],
  });
}

/** The condition under which the vote of a decision stands: its viewer has not taken it back since. */
export const isNotWithdrawn = `NOT EXISTS (SELECT 1 FROM decisions later WHERE later.approval_id = decisions.approval_id
  AND lower(later.viewer) = lower(decisions.viewer) AND later.action = 'withdraw' AND later.id > decisions.id)`;

/**
 * Writes down the same attempt to decide about several tasks with one statement, after it was made; `from` is the status
 * of a task before, where that has changed.
 */
export async function recordForEach(
  tx: Queryable,
  tasks: readonly { id: number; from?: TaskStatus }[],
  record: Omit<
    DecisionRecord,
    'taskId' | 'task' | 'runId' | 'approvalId' | 'head' | 'fromStatus' | 'toStatus'
  >,
): Promise<void> {
  if (tasks.length === 0) return;
  await tx.query({
    name: 'record_decisions',
    text: `INSERT INTO decisions (task_id, task, run_id, approval_id, action, outcome, refusal, viewer, via, address, note,
        head, from_status, to_status)
      SELECT wanted.id, agents_tasks.task, run_id, approval.id, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text,
        $9::text, approval.pull_head, coalesce(wanted.status, agents_tasks.status), agents_tasks.status
      FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS wanted (id, status, place)
        LEFT JOIN agents_tasks ON agents_tasks.id = wanted.id
        LEFT JOIN LATERAL (SELECT id, pull_head FROM approvals WHERE task_id = wanted.id ORDER BY id DESC LIMIT 1) approval
          ON coalesce(wanted.status, agents_tasks.status) = 'awaiting_approval'
      ORDER BY place`,
    values: [
      ...[tasks.map(({ id }) => id), tasks.map(({ from }) => from ?? null)],
      ...[
        record.action,
        record.outcome,
        record.refusal,
        record.viewer,
        record.via,
        record.address,
        record.note,
      ],
    ],
  });
}

/** Who is on record for what nobody decided. */
export const nobody = 'nightshift';

/** Says whether a viewer's vote is among those that approved a task. */
export async function votedBefore(tx: Queryable, taskId: number, viewer: string): Promise<boolean> {
  const votes = await tx.query({
    name: 'voted_before',
    text: `SELECT 1 FROM decisions JOIN approvals ON approvals.id = approval_id
      WHERE approval_id = (SELECT max(id) FROM approvals WHERE task_id = $1) AND decisions.id > votes_from
        AND lower(viewer) = lower($2) AND action = 'approve' AND outcome IN ('voted', 'decided') AND ${isNotWithdrawn} LIMIT 1`,
    values: [taskId, viewer],
  });
  return votes.length > 0;
}
