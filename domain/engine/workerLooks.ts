import { createHash } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';
import { signEveryMs } from './recordSweep.ts';

/** What a worker asks for: the scopes whose tasks it can run, and what it is labelled with. */
export interface Wants {
  scopes: readonly string[];
  labels: readonly string[];
}

/** Knows what a worker asks for by a digest, in whatever order it names it. */
export function digestOf({ scopes, labels }: Wants): string {
  const text = JSON.stringify([[...scopes].sort(), [...labels].sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The condition that a worker's look fits a queue: it knows the plan and has every label. */
export const fitsQueue = 'queue.scope = ANY(look.scopes) AND queue.labels <@ look.labels';

/** The condition that the worker of a look was told to leave. */
export const hasToLeave =
  'EXISTS (SELECT 1 FROM worker_drains drain WHERE drain.worker = look.worker AND drain.requested_at > look.up_since)';

/**
 * The SQL that notes that a worker asks, and what it says of itself, at most once in so many milliseconds however often it
 * does; each value the place of one. Runners of exclusive runs alone are not noted: they have a rule of their own.
 */
export function recordedSight(sight: {
  worker: string;
  wants: string;
  scopes: string;
  labels: string;
  upMs: string;
  everyMs: string;
  about: string;
}): string {
  const { worker, wants, scopes, labels, upMs, everyMs, about } = sight;
  const isOld = `seen_at <= now() - ${everyMs}::float8 * interval '1 ms'`;
  return `INSERT INTO worker_looks (worker, wants, scopes, labels, up_since, about)
    SELECT ${worker}, ${wants}, ${scopes}::text[], ${labels}::text[], now() - ${upMs}::float8 * interval '1 ms', ${about}::jsonb
    WHERE ${wants} IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM worker_looks WHERE worker = ${worker} AND wants = ${wants} AND NOT ${isOld})
    ON CONFLICT (worker, wants) DO UPDATE SET seen_at = now(), up_since = excluded.up_since, about = excluded.about
      WHERE worker_looks.${isOld}`;
}

/** A worker that was noted at most so long, and a while between two notes, before its attempt began asked for that: its request may have waited. */
const longestRequest = `interval '1 minute'`;

/**
 * The SQL that notes that the worker of an extended lease is there, as often as `recordedSight` does: whoever is busy asks for
 * nothing. `extended` is what gives the worker and the begin of its attempt.
 */
export function notedExtension(extended: string, everyMs: string): string {
  const every = `${everyMs}::float8 * interval '1 ms'`;
  return `UPDATE worker_looks look SET seen_at = now() FROM ${extended}
    WHERE look.worker = ${extended}.worker AND look.seen_at >= ${extended}.started_at - ${longestRequest} - ${every}
      AND look.seen_at <= now() - ${every}`;
}

/** A request that waits for work. */
interface WaitingLook {
  worker: string;
  wants: string;
}

const waiting = new WeakMap<Store['work'], Set<WaitingLook>>();

/** Has a worker count as there for as long as its request waits; the function that it gives ends that. */
export function keepLooking({ work }: Pick<Store, 'work'>, worker: string, wants: Wants): () => void {
  const looks = waiting.get(work) ?? new Set();
  waiting.set(work, looks);
  const own = { worker, wants: digestOf(wants) };
  looks.add(own);
  return () => void looks.delete(own);
}

/** So many of those who wait are noted at once. */
const maxTouched = 5000;

/** Notes that all who wait for work are there, with one statement. */
export async function noteWaiting({
  db,
  work,
  leaseMs,
}: Pick<Store, 'db' | 'work' | 'leaseMs'>): Promise<void> {
  const looks = [...(waiting.get(work) ?? [])].slice(0, maxTouched);
  if (looks.length === 0) return;
  await db.query(
    noteWaitingWorkers(
      looks.map(({ worker }) => worker),
      looks.map(({ wants }) => wants),
      signEveryMs(leaseMs),
    ),
  );
}

const noteWaitingWorkers = statement({
  name: 'note_waiting_workers',
  text: `UPDATE worker_looks SET seen_at = now() WHERE (worker, wants) IN (
        SELECT worker, wants FROM worker_looks WHERE (worker, wants) IN (SELECT * FROM unnest($1::text[], $2::text[]))
          AND seen_at <= now() - $3::float8 * interval '1 ms' FOR UPDATE SKIP LOCKED)`,
});

/** Forgets workers that were not seen for a day: so long it can be said who was there last. */
export async function forgetLooks(db: Queryable): Promise<void> {
  await db.query(forgetWorkerLooks());
}

const forgetWorkerLooks = statement({
  name: 'forget_worker_looks',
  text: `DELETE FROM worker_looks WHERE (worker, wants) IN (
      SELECT worker, wants FROM worker_looks WHERE seen_at < now() - interval '1 day' LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
});
