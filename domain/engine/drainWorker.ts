import * as z from 'zod';
import { name } from '../../contract/input/text.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { goneAfterLeases } from './abandoned.ts';
import { queryTogether } from './returning.ts';

/** The SQL condition that a worker which started that many milliseconds ago is being drained; both are placeholders. */
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

/** How long a drain request is kept: longer than any worker that heard of it is up. */
const keptDays = 30;

/**
 * Has a worker take nothing new, end once what it runs has, and leave; each process of that name that is up now, as soon
 * as it asks for work again. It stays on record who said so.
 * @throws InvalidInputError when no worker of that name was seen lately; OutOfBoundsError for a key with any bound
 */
export async function drainWorker(
  { db, work, leaseMs }: Store,
  viewer: Viewer,
  { worker }: z.output<typeof drainWorkerInput>,
  via: DecisionVia = 'graphql',
): Promise<DrainedWorker> {
  refuseBounded(boundsFor(viewer, 'operate'), 'drain workers, which run tasks of every plan');
  const running = await db.transaction(async (tx) => {
    const [open] = await tx.query(openAttemptsOfWorker(worker));
    if (open?.running === 0) await refuseUnknown(tx, worker, leaseMs);
    await tx.query(drainWorkerSql(worker));
    await tx.query(forgetDrains());
    await recordDecision(tx, {
      action: 'drain',
      outcome: 'done',
      subject: worker,
      via,
      ...recordedBy(viewer),
    });
    return open?.running ?? 0;
  });
  // Those who wait for work look again, and hear of it.
  work.wake();
  return { worker, running };
}

const openAttemptsOfWorker = statement({
  name: 'open_attempts_of_worker',
  text: 'SELECT count(*)::int AS running FROM task_attempts WHERE finished_at IS NULL AND worker = $1',
  row: { running: col.int },
});

const drainWorkerSql = statement({
  name: 'drain_worker',
  text: `INSERT INTO worker_drains (worker) VALUES ($1) ON CONFLICT (worker) DO UPDATE SET requested_at = now()`,
});

const forgetDrains = statement({
  name: 'forget_drains',
  text: `DELETE FROM worker_drains WHERE requested_at < now() - interval '${keptDays} days'`,
});

/** So many of the workers that are up are named. */
const maxNamed = 20;

async function refuseUnknown(tx: Queryable, worker: string, leaseMs: number): Promise<void> {
  const up = await tx.query(workersUp(goneAfterLeases * leaseMs, worker));
  if (up.some((one) => one.worker === worker)) return;
  const names =
    up.length === 0 ? 'No worker is running.' : `Running workers: ${up.map((one) => one.worker).join(', ')}.`;
  const message = `No worker is called ${worker}. ${names}`;
  throw new InvalidInputError([{ path: ['worker'], message, type: 'unknown_worker' }]);
}

const workersUp = statement({
  name: 'workers_up',
  text: `SELECT worker FROM (SELECT DISTINCT worker FROM worker_looks WHERE seen_at > now() - $1::float8 * interval '1 ms') up
      ORDER BY worker <> $2, worker LIMIT ${maxNamed}`,
  row: { worker: col.text },
});

/** Says whether a worker that started that long ago is being drained. */
export async function wasDrained(db: Database, worker: string, upMs: number): Promise<boolean> {
  // Asked for those who got nothing, of whom many are answered at once.
  const rows = await queryTogether(db, worker, wasDrainedSql(worker, upMs));
  return rows.length > 0;
}

const wasDrainedSql = statement({ name: 'was_drained', text: `SELECT 1 WHERE ${isDrained('$1', '$2')}` });
