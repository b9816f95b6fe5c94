import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type Run, runRow, summarize, toRun } from './run.ts';

/** Reads several runs without their inputs, with one statement, in the order of the ids; null where there is none. */
export async function findRuns(db: Queryable, runIds: readonly string[]): Promise<(Run | null)[]> {
  const rows = await db.query(runsByIds(runIds));
  const byId = new Map(rows.map((row) => [row.runId, toRun(row)]));
  return runIds.map((runId) => byId.get(runId) ?? null);
}

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
  row: { ...runRow, inputs: col.json<Record<string, unknown>>().orNull },
});
