import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConstructorOptions } from 'pg-boss';
import type { Database, Queryable } from '../../database/database.ts';
import { col, queueStatement } from '../../database/statement.ts';
import { statementName } from '../../database/statementName.ts';
import type { NewWork, WorkKind } from '../changes/newWork.ts';
import { scopeOfQueue } from './queueName.ts';

/** What stands in a queue: its id, and what there is to do. */
export type Job<Work extends object> = Work & { jobId: string };

/** Jobs that stand for what may be done now or later; the only place that knows the engine below. */
export interface TaskQueue {
  /** Makes queues that may exist already. */
  ensure(names: readonly string[]): Promise<void>;
  /** Puts jobs into a queue within a transaction. */
  add(tx: Queryable, queue: string, jobs: readonly Job<object>[], setting?: JobSetting): Promise<void>;
  /** Leaves a job out of the new work, since the transaction that made it has taken it as well; any other job may be named. */
  withdraw(tx: Queryable, queue: string, jobId: string): void;
  /** How many jobs of each kind a transaction has made that can be taken at once. */
  newWork(tx: Queryable): readonly NewWork[];
  /** Takes the job that has waited longest, within a transaction; undefined when none is due. */
  take<Work extends object>(tx: Queryable, queue: string): Promise<Job<Work> | undefined>;
  /** The scopes and labels for which a job can be taken now; of some scopes, or of all. */
  due(scopes?: readonly string[]): Promise<WorkKind[]>;
  /** Ends a job that was taken; what came of it is on record with its attempt. */
  settle(tx: Queryable, queue: string, jobId: string): Promise<void>;
  /** Removes a queue and its jobs, within a transaction. */
  remove(tx: Queryable, queue: string): Promise<void>;
  stop(): Promise<void>;
}

/** How jobs are put into a queue. */
export interface JobSetting {
  /** How long nobody can take them, by the database's clock. @default 0 */
  afterSeconds?: number;
  /** What workers must have for them. @default nothing */
  labels?: readonly string[];
}

/**
 * Starts the engine on the database, in a schema of its own. Every call that changes a job takes the transaction of
 * the rows that change with it. An attempt is a job of its own: tries and their pauses are decided by the plan.
 */
export async function startQueue(db: Database, onError: (error: Error) => void): Promise<TaskQueue> {
  // A queue that another process made is looked up by a statement of the engine's own, which must not leave the
  // transaction: it holds the only connection there may be.
  const within = new AsyncLocalStorage<Queryable>();
  const made = new WeakMap<Queryable, Map<string, WorkKind & { ids: Set<string> }>>();
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: adapt({ query: (statement) => (within.getStore() ?? db).query(statement) }),
    backend: db.kind === 'pglite' ? 'pglite' : 'postgres',
    schema: db.queueSchema,
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
    async add(tx, queue, jobs, { afterSeconds = 0, labels = [] } = {}) {
      const rows = jobs.map(({ jobId, ...data }) => ({ id: jobId, data, startAfter: afterSeconds }));
      await within.run(tx, () => boss.insert(queue, rows, { db: adapt(tx, queue) }));
      if (afterSeconds > 0) return;
      const queues = made.get(tx) ?? new Map();
      made.set(tx, queues);
      const ids = new Set([...(queues.get(queue)?.ids ?? []), ...jobs.map(({ jobId }) => jobId)]);
      queues.set(queue, { scope: scopeOfQueue(queue), labels, ids });
    },
    withdraw: (tx, queue, jobId) => void made.get(tx)?.get(queue)?.ids.delete(jobId),
    newWork: (tx) =>
      [...(made.get(tx)?.values() ?? [])]
        .map(({ ids, ...kind }) => ({ ...kind, count: ids.size }))
        .filter(({ count }) => count > 0),
    async take<Work extends object>(tx: Queryable, queue: string) {
      const [job] = await within.run(tx, () => boss.fetch<Work>(queue, { db: adapt(tx, queue) }));
      return job && { ...job.data, jobId: job.id };
    },
    due: (scopes) => db.query(dueQueues(db.queueSchema, scopes ?? null)),
    async settle(tx, queue, jobId) {
      // Kept until its day is over, it would be in the way of those that are looked for.
      await within.run(tx, () => boss.deleteJob(queue, jobId, { db: adapt(tx, queue) }));
    },
    async remove(tx, queue) {
      await within.run(tx, () => boss.deleteQueue(queue));
    },
    stop: () => boss.stop({ graceful: false, close: false }),
  };
}

/** The SQL for the jobs in the queue's schema that can be taken now: the queue of each, its id, and the task of which run and step it stands for. */
export const jobsToTake = (
  schema: string,
) => `(SELECT name AS queue, id AS job_id, data ->> 'runId' AS run_id, (data ->> 'step')::int AS step
  FROM ${schema}.job WHERE state < 'active' AND NOT blocked AND start_after <= now())`;

/**
 * The condition that a queue, a row of `task_queues`, has a job that can be taken now: one look into the index of the jobs
 * that wait. Nobody takes any while the server is frozen.
 */
export const hasJobToTake = (
  schema: string,
) => `(NOT EXISTS (SELECT 1 FROM freezes) AND EXISTS (SELECT 1 FROM ${schema}.job
  WHERE job.name = task_queues.name AND state < 'active' AND NOT blocked AND start_after <= now()))`;

/** Of very many queues some are as good as all. */
const dueQueues = queueStatement({
  name: 'due_queues',
  text: (schema) => `SELECT scope, labels FROM task_queues
    WHERE ($1::text[] IS NULL OR scope = ANY($1::text[])) AND ${hasJobToTake(schema)} ORDER BY random() LIMIT 1000`,
  row: { scope: col.text, labels: col.list(col.text) },
});

// Leases lapse by their own rows, so the engine's expiry only tidies up; its longest is a day. A job waits for a
// worker as long as its task does.
const queueOptions = {
  retryLimit: 0,
  expireInSeconds: 86_399,
  retentionSeconds: 365 * 86_400,
  deleteAfterSeconds: 3600,
};

/**
 * Lets the engine send its statements through ours. Those that a queue is named for are prepared: the engine writes the
 * name into their text, which would make each queue's statement another one, so it goes in as a value.
 */
function adapt(db: Queryable, queue?: string): ConstructorOptions['db'] {
  return {
    async executeSql(text, values = []) {
      if (queue === undefined) return { rows: await db.query({ text, values }) };
      const general = text.replaceAll(`'${queue}'`, `$${values.length + 1}::text`);
      const all = general === text ? values : [...values, queue];
      return { rows: await db.query({ name: statementName(general), text: general, values: all }) };
    },
  };
}
