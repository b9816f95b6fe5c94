import { maxJsonBytes } from '../../contract/input/text.ts';
import type { ApprovalState } from '../../contract/words/approvals.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';

import { col } from '../../database/statement.ts';

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
  /** Rises with every change of the row. */
  version: number;
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
  version: 'version',
} as const satisfies Record<keyof Task, string>;

/** A task as lists have it: large inputs and excerpts may be left where they are; `completeTasks` reads them. */
export type ListedTask = Omit<Task, LargeField> &
  Partial<Pick<Task, LargeField>> & {
    /** How many bytes of inputs and excerpt are not here, more rather than less; null or absent when both are. */
    leftOut?: number | null;
    /** Where whoever has just moved the task knows it; lists leave it out. */
    reason?: string | null;
  };
type LargeField = 'inputs' | 'logExcerpt';

/** How many bytes of an excerpt, and of inputs, lists read with each row. */
const listedBytes = 4096;

// The database knows these sizes without reading the values; what compressed inputs hold, only their bound in bytes.
const isLongExcerpt = `octet_length(log_excerpt) > ${listedBytes}`;
const areLargeInputs = `(pg_column_size(inputs) > ${listedBytes} OR pg_column_compression(inputs) IS NOT NULL)`;

/** The select list that yields a `Task`. */
export const selectTask = select(taskColumns);

/** Its columns, for the statements that it stands in. */
export const taskRow = {
  id: col.int,
  task: col.text,
  runId: col.text,
  status: col.word<Task['status']>(),
  startedAt: col.time.orNull,
  finishedAt: col.time.orNull,
  durationMs: col.int.orNull,
  inputs: col.json<Task['inputs']>().orNull,
  outputsUri: col.text.orNull,
  logExcerpt: col.text.orNull,
  approvalState: col.word<Task['approvalState']>().orNull,
  approver: col.text.orNull,
  approvalNote: col.text.orNull,
  webhookNotifiedAt: col.time.orNull,
  webhookError: col.text.orNull,
  createdAt: col.time,
  version: col.int,
};

/** The select list that yields a `ListedTask`. */
export const selectListed = `${select({
  ...taskColumns,
  inputs: `CASE WHEN ${areLargeInputs} THEN NULL ELSE inputs END`,
  logExcerpt: `CASE WHEN ${isLongExcerpt} THEN NULL ELSE log_excerpt END`,
})}, CASE WHEN ${isLongExcerpt} OR ${areLargeInputs}
  THEN coalesce(octet_length(log_excerpt), 0) + CASE WHEN ${areLargeInputs} THEN ${maxJsonBytes} ELSE 0 END END AS "leftOut"`;

/** Its columns. */
export const listedTaskRow = { ...taskRow, leftOut: col.int.orNull };

function select(columns: Record<keyof Task, string>): string {
  return Object.entries(columns)
    .map(([property, column]) => (property === column ? column : `${column} AS "${property}"`))
    .join(', ');
}
