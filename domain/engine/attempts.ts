import type { Queryable } from '../../prisma/database/database.ts';

/** One try at a task. Times are ISO 8601 strings in UTC. */
export interface Attempt {
  leaseId: string;
  taskId: number;
  number: number;
  worker: string;
  startedAt: string;
  finishedAt: string | null;
  /** How it ended; null while its lease is held. */
  endedBy: string | null;
  exitCode: number | null;
  signal: string | null;
  durationMs: number | null;
  outputsUri: string | null;
}

/** Reads the attempts of several tasks, without their excerpts, with one statement, in the order of the ids; of each the first comes first. */
export async function readAttempts(db: Queryable, taskIds: readonly number[]): Promise<Attempt[][]> {
  const attempts = await db.query<Attempt>({
    name: 'attempts_of_tasks',
    text: `SELECT lease_id AS "leaseId", task_id AS "taskId", number, worker, started_at AS "startedAt",
        finished_at AS "finishedAt", ended_by AS "endedBy", exit_code AS "exitCode", signal, duration_ms AS "durationMs",
        outputs_uri AS "outputsUri"
      FROM task_attempts WHERE task_id = ANY($1::int[]) ORDER BY task_id, number`,
    values: [taskIds],
  });
  const byTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}
