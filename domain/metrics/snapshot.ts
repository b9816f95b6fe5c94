import type { Queryable } from '../../database/database.ts';
import { type Durations, readDurations } from './durations.ts';
import { type EndedAttempts, readEndedAttempts } from './endedAttempts.ts';
import { type Gauges, readGauges } from './gauges.ts';
import { readTaskCounts, type TaskCount } from './taskCounts.ts';

/** What the database says about tasks, attempts and runs: the same to every process that asks. */
export interface Snapshot {
  tasks: TaskCount[];
  durations: Durations[];
  attempts: EndedAttempts[];
  standing: Gauges;
}

/** Reads all figures, one statement after the other, so that they never take more than one connection. */
export async function readSnapshot(db: Queryable): Promise<Snapshot> {
  const tasks = await readTaskCounts(db);
  const durations = await readDurations(db, tasks);
  const attempts = await readEndedAttempts(db);
  return { tasks, durations, attempts, standing: await readGauges(db) };
}
