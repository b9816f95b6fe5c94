import type { Ending } from '../../contract/words/attempts.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** One try at a task. Times are ISO 8601 strings in UTC. */
export interface Attempt {
  leaseId: string;
  taskId: number;
  number: number;
  worker: string;
  startedAt: string;
  finishedAt: string | null;
  /** How it ended; null while its lease is held. */
  endedBy: Ending | null;
  exitCode: number | null;
  signal: string | null;
  durationMs: number | null;
  outputsUri: string | null;
  /** When its lease lapses unless it is extended; null once it has ended. */
  leaseExpiresAt: string | null;
}

const selectAttempt = `lease_id AS "leaseId", task_id AS "taskId", number, worker, started_at AS "startedAt",
        finished_at AS "finishedAt", ended_by AS "endedBy", exit_code AS "exitCode", signal, duration_ms AS "durationMs",
        outputs_uri AS "outputsUri", CASE WHEN finished_at IS NULL THEN lease_expires_at END AS "leaseExpiresAt"`;

const attemptRow = {
  leaseId: col.text,
  taskId: col.int,
  number: col.int,
  worker: col.text,
  startedAt: col.time,
  finishedAt: col.time.orNull,
  endedBy: col.text.orNull,
  exitCode: col.int.orNull,
  signal: col.text.orNull,
  durationMs: col.int.orNull,
  outputsUri: col.text.orNull,
  leaseExpiresAt: col.time.orNull,
};

/** Reads the attempts of several tasks, without their excerpts, with one statement, in the order of the ids; of each the first comes first. */
export async function readAttempts(db: Queryable, taskIds: readonly number[]): Promise<Attempt[][]> {
  const attempts = await db.query(attemptsOfTasks(taskIds));
  const byTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

const attemptsOfTasks = statement({
  name: 'attempts_of_tasks',
  text: `SELECT ${selectAttempt} FROM task_attempts WHERE task_id = ANY($1::int[]) ORDER BY task_id, number`,
  row: attemptRow,
});

/** Reads several attempts by their tasks and numbers, with one statement, in that order; null where there is none. */
export async function findAttempts(
  db: Queryable,
  keys: readonly Pick<Attempt, 'taskId' | 'number'>[],
): Promise<(Attempt | null)[]> {
  const attempts = await db.query(
    attemptsByNumbers(
      keys.map(({ taskId }) => taskId),
      keys.map(({ number }) => number),
    ),
  );
  return keys.map(
    (key) => attempts.find(({ taskId, number }) => taskId === key.taskId && number === key.number) ?? null,
  );
}

const attemptsByNumbers = statement({
  name: 'attempts_by_numbers',
  text: `SELECT ${selectAttempt} FROM task_attempts
      WHERE (task_id, number) IN (SELECT * FROM unnest($1::int[], $2::int[]))`,
  row: attemptRow,
});
