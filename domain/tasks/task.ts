import type { ApprovalState, TaskStatus } from '../vocabulary.ts';

/** A row of `agents_tasks`. Times are ISO 8601 strings in UTC, ending in Z, with at most milliseconds. */
export interface Task {
  id: number;
  task: string;
  runId: string;
  status: TaskStatus;
  startedAt: string | null;
  finishedAt: string | null;
  /** Milliseconds. */
  durationMs: number | null;
  inputs: Record<string, unknown> | null;
  outputsUri: string | null;
  logExcerpt: string | null;
  approvalState: ApprovalState | null;
  approver: string | null;
  approvalNote: string | null;
  webhookNotifiedAt: string | null;
  webhookError: string | null;
  createdAt: string;
}

/** The column of each property. */
export const taskColumns = {
  id: 'id',
  task: 'task',
  runId: 'run_id',
  status: 'status',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  durationMs: 'duration_ms',
  inputs: 'inputs',
  outputsUri: 'outputs_uri',
  logExcerpt: 'log_excerpt',
  approvalState: 'approval_state',
  approver: 'approver',
  approvalNote: 'approval_note',
  webhookNotifiedAt: 'webhook_notified_at',
  webhookError: 'webhook_error',
  createdAt: 'created_at',
} as const satisfies Record<keyof Task, string>;

/** The select list that yields a `Task`. */
export const selectTask = Object.entries(taskColumns)
  .map(([property, column]) => (property === column ? column : `${column} AS "${property}"`))
  .join(', ');
