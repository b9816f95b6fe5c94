import { createHash } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import type { CreateTaskInput } from './input.ts';
import { selectTask, type Task } from './task.ts';

/** The task that a request made, or had made when it was sent before. */
export interface CreatedTask {
  task: Task;
  /** True when an idempotency key recognised the request and this is its first answer. */
  replayed: boolean;
}

/**
 * Records a task of an outside reporter. With an idempotency key, the same request again gives the first answer
 * and makes nothing.
 * @throws IdempotencyKeyReusedError when the key was used for another request.
 */
export async function createTask(
  store: Store,
  viewer: Viewer,
  input: CreateTaskInput,
  idempotencyKey?: string | null,
): Promise<CreatedTask> {
  const created =
    idempotencyKey == null
      ? { task: await insertTask(store.db, input), replayed: false }
      : await store.db.transaction((tx) => createOnce(tx, viewer, input, idempotencyKey));
  if (!created.replayed) store.changes.publish(created.task);
  return created;
}

async function insertTask(db: Queryable, input: CreateTaskInput): Promise<Task> {
  const [task] = await db.query<Task>({
    name: 'create_task',
    text: `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, duration_ms, inputs, outputs_uri, log_excerpt, approval_state)
      VALUES ($1, $2, $3, CASE WHEN $4 THEN now() ELSE $5::timestamptz END, $6, $7, $8, $9, $10, $11) RETURNING ${selectTask}`,
    values: [
      input.task,
      input.runId,
      input.status,
      input.startedAt === undefined,
      input.startedAt,
      input.finishedAt,
      input.durationMs,
      input.inputs && JSON.stringify(input.inputs),
      input.outputsUri,
      input.logExcerpt,
      input.status === 'awaiting_approval' ? 'pending' : null,
    ],
  });
  if (!task) throw new Error('INSERT … RETURNING gave no row.');
  return task;
}

/** Of concurrent requests with one key the first inserts it; the others wait for that row and read its answer. */
async function createOnce(
  tx: Queryable,
  viewer: Viewer,
  input: CreateTaskInput,
  key: string,
): Promise<CreatedTask> {
  const hash = hashOf(input);
  const claimed = await tx.query({
    name: 'claim_key',
    text: `INSERT INTO idempotency_keys (viewer, key, request_hash, response) VALUES ($1, $2, $3, 'null') ON CONFLICT DO NOTHING RETURNING 1`,
    values: [viewer.id, key, hash],
  });
  if (claimed.length === 0) return replay(tx, viewer, key, hash);
  const task = await insertTask(tx, input);
  await tx.query({
    name: 'store_answer',
    text: 'UPDATE idempotency_keys SET response = $3 WHERE viewer = $1 AND key = $2',
    values: [viewer.id, key, JSON.stringify(task)],
  });
  return { task, replayed: false };
}

async function replay(tx: Queryable, viewer: Viewer, key: string, hash: string): Promise<CreatedTask> {
  const [first] = await tx.query<{ hash: string; response: Task }>({
    name: 'read_answer',
    text: 'SELECT request_hash AS hash, response FROM idempotency_keys WHERE viewer = $1 AND key = $2',
    values: [viewer.id, key],
  });
  if (first === undefined || first.hash !== hash) throw new IdempotencyKeyReusedError(key);
  return { task: first.response, replayed: true };
}

function hashOf(input: CreateTaskInput): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)))
    .digest('hex');
}

/** The same value with the keys of every object in one order, so that equal requests read equal. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
