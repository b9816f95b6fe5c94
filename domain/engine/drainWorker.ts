import * as z from 'zod';
import type { Queryable } from '../../prisma/database/database.ts';
import { type DecisionVia, recordDecision } from '../approvals/audit.ts';
import { name } from '../input/text.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';

/** The condition that a worker, up for so many milliseconds, was told to leave; each the place of a value. */
export function isDrained(worker: string, upMs: string): string {
  return `EXISTS (SELECT 1 FROM worker_drains WHERE worker = ${worker} AND requested_at > now() - ${upMs}::float8 * interval '1 ms')`;
}

/** A worker that takes nothing new from now on. */
export interface DrainedWorker {
  worker: string;
  /** How many of its attempts go on to their end. */
  running: number;
}

/** Which worker to drain. */
export const drainWorkerInput = z.object({ worker: name(128) });

/** So long it is kept who was told to leave: longer than any worker that was told is up. */
const keptDays = 30;

/**
 * Has a worker take nothing new, end what it runs, and leave; each process of that name that is up now, as soon as it
 * asks for work again. It stays on record who said so.
 */
export async function drainWorker(
  { db, work }: Store,
  viewer: Viewer,
  { worker }: z.output<typeof drainWorkerInput>,
  via: DecisionVia = 'graphql',
): Promise<DrainedWorker> {
  const running = await db.transaction(async (tx) => {
    const [open] = await tx.query<{ running: number }>({
      name: 'open_attempts_of_worker',
      text: 'SELECT count(*)::int AS running FROM task_attempts WHERE finished_at IS NULL AND worker = $1',
      values: [worker],
    });
    await tx.query({
      name: 'drain_worker',
      text: `INSERT INTO worker_drains (worker) VALUES ($1) ON CONFLICT (worker) DO UPDATE SET requested_at = now()`,
      values: [worker],
    });
    await tx.query({
      name: 'forget_drains',
      text: `DELETE FROM worker_drains WHERE requested_at < now() - interval '${keptDays} days'`,
    });
    await recordDecision(tx, {
      ...{ action: 'drain', outcome: 'done', subject: worker, via },
      ...{ viewer: viewer.id, viewerKind: viewer.kind, address: viewer.address },
    });
    return open?.running ?? 0;
  });
  // Those who wait for work look again, and hear of it.
  work.wake();
  return { worker, running };
}

/** Whether a worker that has been up for so long was told to leave. */
export async function wasDrained(db: Queryable, worker: string, upMs: number): Promise<boolean> {
  const rows = await db.query({
    name: 'was_drained',
    text: `SELECT 1 WHERE ${isDrained('$1', '$2')}`,
    values: [worker, upMs],
  });
  return rows.length > 0;
}
