import type { WorkerState } from '../../contract/words/workers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { readCursor, textsOf, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import type { Store } from '../store.ts';
import { goneAfterLeases } from './abandoned.ts';
import { signEveryMs } from './recordSweep.ts';
import type { WorkerAbout } from './workerAbout.ts';
import { hasToLeave } from './workerLooks.ts';

/** A worker, by all processes of its name. */
export type Worker = RowOfStatement<typeof workersForward>;

/** Which workers a list holds. @default all that are remembered */
export interface WorkerFilter {
  states?: readonly WorkerState[] | undefined;
}

type Times = Pick<Store, 'leaseMs'>;

/** Reads a page of workers by their names. @throws InvalidCursorError, InvalidInputError */
export function readWorkerPage(
  { db, leaseMs }: Pick<Store, 'db'> & Times,
  filter: WorkerFilter,
  page: PageArguments,
): Promise<Page<Worker>> {
  return readPage<string, Worker>(page, decodeCursor, async (stretch, limit, backward) => {
    const { after = null, before = null, inclusive = false } = stretch;
    const read = backward ? workersBackward : workersForward;
    const found = await db.query(read(...valuesOf(filter, { leaseMs }), after, before, inclusive, limit));
    return {
      edges: found.map((node) => ({ node, cursor: writeCursor(JSON.stringify([node.worker])) })),
    };
  });
}

/** Counts workers, at most `bound` of them. */
export async function countWorkers(
  { db, leaseMs }: { db: Queryable } & Times,
  filter: WorkerFilter,
  bound: number,
): Promise<number> {
  const [row] = await db.query(countWorkersSql(...valuesOf(filter, { leaseMs }), bound));
  return row?.count ?? 0;
}

function valuesOf({ states }: WorkerFilter, { leaseMs }: Times): readonly unknown[] {
  return [leaseMs, goneAfterLeases * leaseMs, 2 * signEveryMs(leaseMs), states ?? null];
}

/** A worker has at most so many labels and scopes that are told. */
const maxTold = 100;

/**
 * What is known of workers. The looks that count are those that are about as new as the newest of their worker: older ones
 * are of what it asked for before. One that runs an exclusive run is known by its attempt alone.
 */
const known = `looks AS (
    SELECT look.*, max(seen_at) OVER (PARTITION BY worker) AS newest, ${hasToLeave} AS leaves FROM worker_looks look),
  looked AS (
    SELECT worker, max(newest) AS seen_at, max(up_since) AS up_since, bool_and(leaves) AS leaves,
      (array_agg(about ORDER BY up_since DESC, seen_at DESC))[1] AS about
    FROM looks WHERE seen_at >= newest - $3::float8 * interval '1 ms' GROUP BY worker),
  held AS (
    SELECT worker, count(*)::int AS running, min(started_at) AS began,
      least(now(), max(lease_expires_at) - $1::float8 * interval '1 ms') AS seen_at
    FROM task_attempts WHERE finished_at IS NULL GROUP BY worker),
  known AS (
    SELECT worker, greatest(looked.seen_at, held.seen_at) AS seen_at, coalesce(looked.up_since, held.began) AS up_since,
      coalesce(looked.leaves, false) AS leaves, looked.about, coalesce(held.running, 0) AS running, looked.seen_at AS looked_at
    FROM looked FULL JOIN held USING (worker)),
  stated AS (
    SELECT known.*, CASE WHEN seen_at <= now() - $2::float8 * interval '1 ms' THEN 'gone' WHEN leaves THEN 'draining'
      WHEN running > 0 THEN 'busy' ELSE 'idle' END AS state
    FROM known)`;

const inStates = '($4::text[] IS NULL OR state = ANY($4::text[]))';

const told = (column: string) => `ARRAY(
    SELECT DISTINCT one FROM worker_looks look, unnest(look.${column}) AS one
    WHERE look.worker = page.worker AND look.seen_at >= page.looked_at - $3::float8 * interval '1 ms'
    ORDER BY one LIMIT ${maxTold})`;

const select = (order: 'ASC' | 'DESC') => `WITH ${known}, page AS (
    SELECT * FROM stated
    WHERE ${inStates} AND ($5::text IS NULL OR worker COLLATE "C" > $5 OR $7::boolean AND worker = $5)
      AND ($6::text IS NULL OR worker COLLATE "C" < $6 OR $7::boolean AND worker = $6)
    ORDER BY worker COLLATE "C" ${order} LIMIT $8)
  SELECT worker, state, seen_at AS "seenAt", up_since AS "upSince", about, running, ${told('labels')} AS labels,
    ${told('scopes')} AS scopes
  FROM page ORDER BY worker COLLATE "C" ${order}`;

const row = {
  worker: col.text,
  state: col.word<WorkerState>(),
  /** When it was last heard of. */
  seenAt: col.time,
  /** When its newest process started; of one that is known by its attempts alone, when the first of them began. */
  upSince: col.time,
  about: col.json<WorkerAbout>().orNull,
  /** How many attempts it runs. */
  running: col.int,
  labels: col.list(col.text),
  /** Whose tasks it takes: `planScopes` has the plans. */
  scopes: col.list(col.text),
};

const workersForward = statement({ name: 'workers_forward', text: select('ASC'), row });
const workersBackward = statement({ name: 'workers_backward', text: select('DESC'), row });

const countWorkersSql = statement({
  name: 'count_workers',
  text: `WITH ${known} SELECT count(*)::int AS count FROM (SELECT 1 FROM stated WHERE ${inStates} LIMIT $5) counted`,
  row: { count: col.int },
});

function decodeCursor(cursor: string): string {
  return readCursor(cursor, (value) => textsOf(value, 1)[0]);
}
