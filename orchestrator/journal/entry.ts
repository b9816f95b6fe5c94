import type { TaskStatus } from '../../client/index.ts';
import type { ProcessStamp } from './processStamp.ts';

/** What makes a task's record. */
export interface NewTask {
  task: string;
  runId: string;
  status: TaskStatus;
  /** ISO 8601, UTC; null while it has not started. */
  startedAt: string | null;
  inputs: Record<string, unknown>;
}

/** What a report changes in a task's record; fields that are left out stay as they are. */
export interface TaskChanges {
  status?: TaskStatus;
  startedAt?: string;
  finishedAt?: string;
  durationMs?: number;
  outputsUri?: string | null;
  logExcerpt?: string;
  webhookNotifiedAt?: string;
  webhookError?: string | null;
}

/** Everything about one task that the server may not know yet; one file of the journal. */
export interface JournalEntry {
  version: 1;
  /** Recognises the task when its creation is sent twice. */
  key: string;
  runId: string;
  task: string;
  /** Who reports it; null when that process has given it up to whoever comes next. */
  owner: ProcessStamp | null;
  /** The leader of the command's process group, while it runs. */
  command: ProcessStamp | null;
  /** What makes the record; null for a task that was there before. */
  create: NewTask | null;
  /** The server's id of the task, once it is known. */
  taskId: string | null;
  /** What the server has not acknowledged; several reports become one. */
  changes: TaskChanges | null;
  /** The task's beginning is among what was reported. */
  started: boolean;
  /** The task's end is among what was reported. */
  closed: boolean;
}
