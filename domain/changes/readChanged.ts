import type { Queryable } from '../../database/database.ts';
import { col, type RowOf, statement } from '../../database/statement.ts';

/** A task that changed, with its latest approvals and its run as they are now: how often each of them has changed. */
export type ChangedTask = RowOf<typeof changedRow>;

const changedRow = {
  id: col.int,
  version: col.int,
  task: col.text,
  runId: col.text,
  /** Of runs that have one. */
  plan: col.text.orNull,
  project: col.text.orNull,
  runVersion: col.int.orNull,
  approvals: col.json<{ id: number; version: number }[]>().orNull,
};

/** Reads some changed tasks with one statement, in the order of the ids; null where there is none any more. */
export async function readChanged(db: Queryable, ids: readonly number[]): Promise<(ChangedTask | null)[]> {
  const rows = await db.query(changedTasks(ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** A wait that ended and the one that took its place may be told together. */
const changedTasks = statement({
  name: 'changed_tasks',
  text: `SELECT task.id, task.version, task.task, task.run_id AS "runId", plans.name AS plan, nullif(plans.project, '') AS project,
        kept.version AS "runVersion", (SELECT jsonb_agg(jsonb_build_object('id', id, 'version', version)) FROM (
          SELECT id, version FROM approvals WHERE task_id = task.id ORDER BY id DESC LIMIT 3) latest) AS approvals
      FROM agents_tasks task JOIN runs ON runs.run_id = task.run_id LEFT JOIN plans ON plans.hash = runs.plan_hash
        LEFT JOIN run_counts kept ON kept.run_id = task.run_id
      WHERE task.id = ANY($1::int[])`,
  row: changedRow,
});
