import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { isOpenStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { otherName, type TaskCount } from './taskCounts.ts';
import { startedLately, today } from './today.ts';

/** How long the tasks of one name took that ended today with one status. */
export interface Durations {
  task: string;
  status: TaskStatus;
  /** Tasks in each bucket: those up to its bound and over the one before; the last has no bound. */
  counts: number[];
  sumMs: number;
}

/** The upper bounds of the buckets, in seconds. */
export const durationBounds = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400];

/**
 * Reads how long the tasks took that ended today. A task that asked for approval keeps the status awaiting_approval
 * here, whatever was decided, so that no count ever falls. Whoever has tasks at all has counts, if only zeros: a
 * monitor sees the first task of a day by the zero before it.
 */
export async function readDurations(db: Queryable, counts: readonly TaskCount[]): Promise<Durations[]> {
  const names = [...new Set(counts.map(({ task }) => task))];
  const rows = await db.query(metricsDurations(names, lowerBounds));
  const found = new Map<string, Durations>();
  for (const { task, status } of counts) {
    if (!isOpenStatus(status)) entry(found, task, status);
  }
  for (const { task, status, bucket, tasks, ms } of rows) {
    const durations = entry(found, task, status);
    durations.counts[bucket] = tasks;
    durations.sumMs += ms;
  }
  return [...found.values()];
}

const metricsDurations = statement({
  name: 'metrics_durations',
  text: `SELECT CASE WHEN task = ANY($1::text[]) THEN task ELSE '${otherName}' END AS task,
        CASE WHEN approval_state IS NULL THEN status ELSE 'awaiting_approval' END AS status,
        width_bucket(duration_ms, $2::int[]) AS bucket, count(*) AS tasks, sum(duration_ms) AS ms
      FROM agents_tasks
      WHERE ${startedLately} AND duration_ms IS NOT NULL AND status NOT IN ('queued', 'running')
        AND coalesce(finished_at, started_at + duration_ms * interval '1 millisecond') >= ${today}
      GROUP BY 1, 2, 3`,
  row: { task: col.text, status: col.word<TaskStatus>(), bucket: col.int, tasks: col.int, ms: col.int },
});

// A bound belongs to the bucket below it, where width_bucket would have it above; durations are whole milliseconds.
const lowerBounds = durationBounds.map((seconds) => seconds * 1000 + 1);

function entry(found: Map<string, Durations>, task: string, status: TaskStatus): Durations {
  const key = `${status} ${task}`;
  const known = found.get(key);
  if (known) return known;
  const made = { task, status, counts: new Array<number>(durationBounds.length + 1).fill(0), sumMs: 0 };
  found.set(key, made);
  return made;
}
