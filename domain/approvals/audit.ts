import type { Queryable } from '../../prisma/database/database.ts';
import type { DecisionAction, TaskStatus } from '../vocabulary.ts';

/** How a decision can have come. */
export const decisionVias = ['graphql', 'rest', 'cli', 'link', 'github', 'expiry', 'engine'] as const;
export type DecisionVia = (typeof decisionVias)[number];

/** What can come of an attempt to decide. */
export const decisionOutcomes = ['decided', 'voted', 'repeated', 'refused'] as const;

/** One attempt to decide, as it is written down; what is not known is left out. */
export interface DecisionRecord {
  taskId: number;
  task?: string | undefined;
  runId?: string | undefined;
  approvalId?: number | undefined;
  action: DecisionAction | 'expire' | 'escalate' | 'withdraw';
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
  AND later.viewer = decisions.viewer AND later.action = 'withdraw' AND later.id > decisions.id)`;

/** Says whether a viewer's vote is among those that approved a task. */
export async function votedBefore(tx: Queryable, taskId: number, viewer: string): Promise<boolean> {
  const votes = await tx.query({
    name: 'voted_before',
    text: `SELECT 1 FROM decisions JOIN approvals ON approvals.id = approval_id
      WHERE approval_id = (SELECT max(id) FROM approvals WHERE task_id = $1) AND decisions.id > votes_from
        AND viewer = $2 AND action = 'approve' AND outcome IN ('voted', 'decided') AND ${isNotWithdrawn} LIMIT 1`,
    values: [taskId, viewer],
  });
  return votes.length > 0;
}
