import type { TaskStatus } from '../../contract/words/taskStatus.ts';

/** One run with what its tasks amount to. Times are ISO 8601 strings in UTC. */
export interface Run {
  runId: string;
  createdAt: string;
  /** The name of its plan; null if its tasks were externally reported. */
  plan: string | null;
  /** The project of its plan; null for none. */
  project: string | null;
  /** What it was given; lists leave it where it is. */
  inputs?: Record<string, unknown> | null;
  /** Who started it. */
  startedBy: string | null;
  /** How many tasks the run has in each status; statuses without tasks are left out. */
  counts: Partial<Record<TaskStatus, number>>;
  /** The first start of any of its tasks. */
  startedAt: string | null;
  /** When its last task finished; null while a task is queued or running. */
  finishedAt: string | null;
  /** Milliseconds from the first start to the last finish; null until both are known. */
  durationMs: number | null;
}
