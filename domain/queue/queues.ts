import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';

/** A database, and what gives its queue, started on first use. */
interface QueueHost {
  db: Database;
  queue(): Promise<TaskQueue>;
}

/** Makes the queues of a plan's steps where they are missing; not within a transaction. */
export async function ensureQueues(host: QueueHost, scope: string, { steps }: PlanDefinition): Promise<void> {
  const queue = await host.queue();
  const queues = new Map(steps.map(({ labels }) => [queueOf(scope, labels), labels]));
  for (const [name, labels] of queues) {
    // Marked as used first: a queue that is being removed lets this wait, and then is made again.
    const known = await host.db.query(useQueue(name));
    if (known.length > 0) continue;
    await queue.ensure([name]);
    await host.db.query(addQueue(name, scope, labels));
  }
}

const useQueue = statement({
  name: 'use_queue',
  text: 'UPDATE task_queues SET used_at = now() WHERE name = $1 RETURNING 1',
});

const addQueue = statement({
  name: 'add_queue',
  text: `INSERT INTO task_queues (name, scope, labels) VALUES ($1, $2, $3::text[])
        ON CONFLICT (name) DO UPDATE SET used_at = now()`,
});

/** Removes queues that nothing has used for a day and in which no task can stand; at most 100, says how many. */
export async function removeUnusedQueues(host: QueueHost): Promise<number> {
  const unused = await host.db.query(unusedQueues());
  if (unused.length === 0) return 0;
  const queue = await host.queue();
  for (const { name } of unused) {
    await host.db.transaction((tx) => removeIfUnused(tx, queue, name));
  }
  return unused.length;
}

/** Asked of the runs that are open, however many others there ever were. */
const nothingOpen = `NOT EXISTS (SELECT 1 FROM run_counts JOIN runs USING (run_id)
  WHERE is_open AND runs.scope = task_queues.scope)`;

const unusedQueues = statement({
  name: 'unused_queues',
  text: `SELECT name, scope FROM task_queues WHERE used_at < now() - interval '1 day' AND ${nothingOpen} LIMIT 100`,
  row: { name: col.text, scope: col.text },
});

async function removeIfUnused(tx: Queryable, queue: TaskQueue, name: string): Promise<void> {
  const removed = await tx.query(removeQueue(name));
  if (removed.length > 0) await queue.remove(tx, name);
}

const removeQueue = statement({
  name: 'remove_queue',
  text: `DELETE FROM task_queues WHERE name = $1 AND used_at < now() - interval '1 day' AND ${nothingOpen} RETURNING 1`,
});
