import { AsyncLocalStorage } from 'node:async_hooks';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Database, Queryable } from '../../prisma/database/database.ts';

/** Jobs that stand for tasks which workers may take now or later; the only place that knows the engine below. */
export interface TaskQueue {
  /** Makes queues that may exist already. */
  ensure(names: readonly string[]): Promise<void>;
  /** Puts a job into a queue within a transaction; it can be taken after some seconds, by the database's clock. */
  add(tx: Queryable, queue: string, jobId: string, afterSeconds?: number): Promise<void>;
  /** Takes the job that has waited longest, within a transaction; undefined when none is due. */
  take(tx: Queryable, queue: string): Promise<string | undefined>;
  /** Ends a job that was taken, well or badly. */
  settle(tx: Queryable, queue: string, jobId: string, well: boolean): Promise<void>;
  /** Takes back a job that need not be done any more. */
  withdraw(tx: Queryable, queue: string, jobId: string): Promise<void>;
  /** Removes a queue and its jobs, within a transaction. */
  remove(tx: Queryable, queue: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the engine on the database, in a schema of its own. Every call that changes a job takes the transaction of
 * the rows that change with it. An attempt is a job of its own: tries and their pauses are decided by the plan.
 */
export async function startQueue(db: Database, onError: (error: Error) => void): Promise<TaskQueue> {
  // A queue that another process made is looked up by a statement of the engine's own, which must not leave the
  // transaction: it holds the only connection there may be.
  const within = new AsyncLocalStorage<Queryable>();
  const boss = new PgBoss({
    db: adapt({ query: (statement) => (within.getStore() ?? db).query(statement) }),
    backend: db.kind === 'pglite' ? 'pglite' : 'postgres',
    schema: 'pgboss',
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on('error', onError);
  await boss.start();
  return {
    async ensure(names) {
      for (const name of names) await boss.createQueue(name, queueOptions);
    },
    async add(tx, queue, jobId, afterSeconds = 0) {
      const options = { id: jobId, startAfter: afterSeconds, db: adapt(tx) };
      await within.run(tx, () => boss.send(queue, null, options));
    },
    async take(tx, queue) {
      const [job] = await within.run(tx, () => boss.fetch(queue, { db: adapt(tx) }));
      return job?.id;
    },
    async settle(tx, queue, jobId, well) {
      const end = well ? boss.complete.bind(boss) : boss.fail.bind(boss);
      await within.run(tx, () => end(queue, jobId, null, { db: adapt(tx) }));
    },
    async withdraw(tx, queue, jobId) {
      await within.run(tx, () => boss.cancel(queue, jobId, { db: adapt(tx) }));
    },
    async remove(tx, queue) {
      await within.run(tx, () => boss.deleteQueue(queue));
    },
    stop: () => boss.stop({ graceful: false, close: false }),
  };
}

// Leases lapse by their own rows, so the engine's expiry only tidies up; its longest is a day. A job waits for a
// worker as long as its task does.
const queueOptions = {
  retryLimit: 0,
  expireInSeconds: 86_399,
  retentionSeconds: 365 * 86_400,
  deleteAfterSeconds: 3600,
};

function adapt(db: Queryable): NonNullable<ConstructorOptions['db']> {
  return {
    executeSql: async (text, values) => ({ rows: await db.query(values ? { text, values } : { text }) }),
  };
}
