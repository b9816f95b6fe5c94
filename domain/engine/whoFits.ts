import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { fitsQueue, hasToLeave } from './workerLooks.ts';

/** What a worker must know and have to take a task: its run's scope, and the labels of its step. */
export interface WantedWorker {
  scope: string;
  labels: readonly string[];
}

/** Which workers match a task. Workers that are being drained are counted separately. */
export interface WhoFits {
  /** When one that fits last asked for work or extended a lease, by the database's clock; null when none has within a day. */
  seenAt: string | null;
  /** Whether one that fits is there, idle or busy. */
  fits: boolean;
  /** How many workers there are at all. */
  workers: number;
  /** How many of them know the plan as the run began with it. */
  knowing: number;
  /** The labels that none of these has. */
  missing: string[];
  /** Whether only workers that are being drained match. */
  leaving: boolean;
}

/**
 * Says of each wanted worker, in the same order and with one statement, who there is that could be it. A worker is there
 * while it was seen within so many milliseconds: a lease is enough, since whoever is there shows itself more often.
 */
export async function whoFits(
  db: Queryable,
  wanted: readonly WantedWorker[],
  withinMs: number,
): Promise<WhoFits[]> {
  if (wanted.length === 0) return [];
  return db.query(whoFitsSql(JSON.stringify(wanted), withinMs));
}

const whoFitsSql = statement({
  name: 'who_fits',
  text: `WITH looks AS MATERIALIZED (
        SELECT worker, scopes, labels, seen_at, seen_at > now() - $2::float8 * interval '1 ms' AS present, ${hasToLeave} AS leaving
        FROM worker_looks look)
      SELECT found.*, coalesce(fit AND NOT fits, false) AS leaving,
        ARRAY(SELECT label FROM unnest(queue.labels) AS label WHERE NOT EXISTS (
          SELECT 1 FROM looks look WHERE present AND NOT leaving AND queue.scope = ANY(scopes) AND label = ANY(look.labels))) AS missing
      FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (scope text, labels text[])) WITH ORDINALITY AS queue (scope, labels, place)
        CROSS JOIN LATERAL (
          SELECT max(seen_at) FILTER (WHERE NOT leaving AND ${fitsQueue}) AS "seenAt",
            coalesce(bool_or(present AND NOT leaving AND ${fitsQueue}), false) AS fits,
            bool_or(present AND leaving AND ${fitsQueue}) AS fit,
            (count(DISTINCT worker) FILTER (WHERE present AND NOT leaving))::int AS workers,
            (count(DISTINCT worker) FILTER (WHERE present AND NOT leaving AND queue.scope = ANY(scopes)))::int AS knowing
          FROM looks look) found
      ORDER BY place`,
  row: {
    seenAt: col.time.orNull,
    fits: col.bool,
    fit: col.bool,
    workers: col.int,
    knowing: col.int,
    leaving: col.bool,
    missing: col.list(col.text),
  },
});

/** Says in a few words why nobody fits; undefined when somebody does. */
export function whyNobodyFits(
  { fits, workers, knowing, missing, leaving }: WhoFits,
  labels: readonly string[],
): string | undefined {
  if (fits) return undefined;
  if (leaving) return 'the matching workers are being drained';
  if (workers === 0) return 'no worker is running';
  if (knowing === 0) return 'no running worker knows its plan as it was when the run started';
  if (missing.length === 0)
    return `no worker that knows its plan has all of its labels (${labels.join(', ')})`;
  return `no worker that knows its plan has the label${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
}
