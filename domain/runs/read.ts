import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { keptCounts } from '../tasks/keptCounts.ts';
import type { Run } from './run.ts';

/**
 * Adds the summary of a run's tasks, and what else is wanted, to a statement whose FROM yields rows of `runs`. It reads kept
 * counts and the ends of indexes: a run with very many tasks costs what a small one does.
 */
export function summarize(from: string, also = ''): string {
  return `SELECT runs.run_id AS "runId", runs.created_at AS "createdAt",
      runs.started_by AS "startedBy", (SELECT name FROM plans WHERE hash = runs.plan_hash) AS plan,
      (SELECT nullif(project, '') FROM plans WHERE hash = runs.plan_hash) AS project,
      ${keptCounts} AS counts,
      (SELECT min(started_at) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) AS "startedAt",
      CASE WHEN kept.queued + kept.running = 0
        THEN (SELECT max(finished_at) FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id) END AS "finishedAt"${also}
    FROM ${from} LEFT JOIN run_counts kept ON kept.run_id = runs.run_id`;
}

/** Reads several runs without their inputs, with one statement, in the order of the ids; null where there is none. */
export async function findRuns(db: Queryable, runIds: readonly string[]): Promise<(Run | null)[]> {
  const rows = await db.query(runsByIds(runIds));
  const byId = new Map(rows.map((row) => [row.runId, toRun(row)]));
  return runIds.map((runId) => byId.get(runId) ?? null);
}

const runRow = {
  runId: col.text,
  createdAt: col.time,
  startedBy: col.text.orNull,
  plan: col.text.orNull,
  project: col.text.orNull,
  counts: col.json<Run['counts']>(),
  startedAt: col.time.orNull,
  finishedAt: col.time.orNull,
};

const runsByIds = statement({
  name: 'runs_by_ids',
  text: summarize('(SELECT * FROM runs WHERE run_id = ANY($1::text[])) runs'),
  row: runRow,
});

/** Reads one run with its inputs, or null when there is none with this id. */
export async function findRun(db: Queryable, runId: string): Promise<Run | null> {
  const [row] = await db.query(runById(runId));
  return row === undefined ? null : toRun(row);
}

const runById = statement({
  name: 'run_by_id',
  text: summarize('(SELECT * FROM runs WHERE run_id = $1) runs', ', runs.inputs'),
  row: { ...runRow, inputs: col.json<Run['inputs']>().orNull },
});

/** A run as the summary statement gives it. */
export type RunRow = Omit<Run, 'durationMs'>;

/** Completes a row of the summary statement with its duration. */
export function toRun(row: RunRow): Run {
  const { startedAt, finishedAt } = row;
  const ended = startedAt !== null && finishedAt !== null;
  const durationMs = ended ? Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) : null;
  return { ...row, durationMs };
}
