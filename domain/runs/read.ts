import type { Queryable } from '../../prisma/database/database.ts';
import type { Run } from './run.ts';

/** Adds the summary of a run's tasks, and what else is wanted, to a statement whose FROM yields rows of `runs`. */
export function summarize(from: string, also = ''): string {
  return `SELECT runs.run_id AS "runId", runs.created_at AS "createdAt",
      runs.started_by AS "startedBy", (SELECT name FROM plans WHERE hash = runs.plan_hash) AS plan,
      (SELECT nullif(project, '') FROM plans WHERE hash = runs.plan_hash) AS project, summary.*${also}
    FROM ${from} CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_object_agg(status, tasks), '{}') AS counts, min(first_start) AS "startedAt",
        CASE WHEN bool_and(finished) THEN max(last_finish) END AS "finishedAt"
      FROM (SELECT status, count(*) AS tasks, min(started_at) AS first_start, max(finished_at) AS last_finish,
          status NOT IN ('queued', 'running') AS finished
        FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id GROUP BY status) by_status) summary`;
}

/** Reads several runs without their inputs, with one statement, in the order of the ids; null where there is none. */
export async function findRuns(db: Queryable, runIds: readonly string[]): Promise<(Run | null)[]> {
  const rows = await db.query<RunRow>({
    name: 'runs_by_ids',
    text: summarize('(SELECT * FROM runs WHERE run_id = ANY($1::text[])) runs'),
    values: [runIds],
  });
  const byId = new Map(rows.map((row) => [row.runId, toRun(row)]));
  return runIds.map((runId) => byId.get(runId) ?? null);
}

/** Reads one run with its inputs, or null when there is none with this id. */
export async function findRun(db: Queryable, runId: string): Promise<Run | null> {
  const [row] = await db.query<RunRow>({
    name: 'run_by_id',
    text: summarize('(SELECT * FROM runs WHERE run_id = $1) runs', ', runs.inputs'),
    values: [runId],
  });
  return row === undefined ? null : toRun(row);
}

/** A run as the summary statement gives it. */
export type RunRow = Omit<Run, 'durationMs'>;

/** Completes a row of the summary statement with its duration. */
export function toRun(row: RunRow): Run {
  const { startedAt, finishedAt } = row;
  const ended = startedAt !== null && finishedAt !== null;
  const durationMs = ended ? Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) : null;
  return { ...row, durationMs };
}
