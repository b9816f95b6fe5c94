import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** How many tasks of one name have one status. */
export interface TaskCount {
  task: string;
  status: TaskStatus;
  tasks: number;
}

/** How many names are told apart, so that callers who invent names cannot make more series than a monitor can hold. */
export const maxNames = 100;

/** Stands for all names but the most frequent. */
export const otherName = 'other';

/** Counts all tasks by name and status; names beyond the most frequent ones are counted together. */
export function readTaskCounts(db: Queryable): Promise<TaskCount[]> {
  return db.query(metricsTaskCounts());
}

const metricsTaskCounts = statement({
  name: 'metrics_task_counts',
  text: `WITH counted AS MATERIALIZED (
        SELECT task, status, count(*) AS tasks FROM agents_tasks GROUP BY task, status),
      named AS (
        SELECT task FROM counted GROUP BY task ORDER BY sum(tasks) DESC, task LIMIT ${maxNames})
      SELECT coalesce(named.task, '${otherName}') AS task, status, sum(tasks)::int8 AS tasks
      FROM counted LEFT JOIN named USING (task) GROUP BY 1, 2 ORDER BY 1, 2`,
  row: { task: col.text, status: col.word<TaskStatus>(), tasks: col.int },
});
