import type { RunStatus } from '../../contract/words/runStatus.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { col, type RowOf } from '../../database/statement.ts';
import { keptCounts } from '../tasks/keptCounts.ts';

/** One run with what its tasks amount to. Times are ISO 8601 strings in UTC. */
export interface Run extends RunRow {
  /** Milliseconds from the first start to the last finish; null until both are known. */
  durationMs: number | null;
}

/** A run as the summary statement gives it. */
export interface RunRow extends RowOf<typeof runRow> {
  /** What it was given; lists leave it where it is. */
  inputs?: Record<string, unknown> | null;
}

/** The columns of the summary statement. */
export const runRow = {
  runId: col.text,
  createdAt: col.time,
  /** Who started it. */
  startedBy: col.text.orNull,
  /** The name of its plan; null if its tasks were externally reported. */
  plan: col.text.orNull,
  /** The project of its plan; null for none. */
  project: col.text.orNull,
  /** How many tasks the run has in each status; statuses without tasks are left out. */
  counts: col.json<Partial<Record<TaskStatus, number>>>(),
  /** The first start of any of its tasks. */
  startedAt: col.time.orNull,
  /** When its last task finished; null while a task is queued or running. */
  finishedAt: col.time.orNull,
  /** What its counts amount to. */
  status: col.word<RunStatus>(),
  /** Rises with every change of its counts, its start and its end. */
  version: col.int,
};

/**
 * Adds the summary of a run's tasks, and what else is wanted, to a statement whose FROM yields rows of `runs`. It reads kept
 * counts and the ends of indexes: a run with very many tasks costs what a small one does.
 */
export function summarize(from: string, also = ''): string {
  return `SELECT runs.run_id AS "runId", runs.created_at AS "createdAt",
      runs.started_by AS "startedBy", (SELECT name FROM plans WHERE hash = runs.plan_hash) AS plan,
      (SELECT nullif(project, '') FROM plans WHERE hash = runs.plan_hash) AS project,
      ${keptCounts} AS counts, coalesce(kept.status, 'skipped') AS status, coalesce(kept.version, 0) AS version,
      (SELECT min(started_at) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) AS "startedAt",
      CASE WHEN kept.queued + kept.running = 0
        THEN (SELECT max(finished_at) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) END AS "finishedAt"${also}
    FROM ${from} LEFT JOIN run_counts kept ON kept.run_id = runs.run_id`;
}

/** Completes a row of the summary statement with its duration. */
export function toRun(row: RunRow): Run {
  const { startedAt, finishedAt } = row;
  const ended = startedAt !== null && finishedAt !== null;
  const durationMs = ended ? Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) : null;
  return { ...row, durationMs };
}
