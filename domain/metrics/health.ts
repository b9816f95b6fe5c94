import type { Database } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** How the database stands. */
export interface DatabaseHealth {
  kind: Database['kind'];
  version: string;
  /** What it takes on its disk. */
  bytes: number;
  /** What is free on the disk of the embedded one; null for another's, or where it cannot be read. */
  freeBytes: number | null;
  migrations: number;
  latestMigration: string | null;
  /** When a replica last looked for lapsed leases and what else time brings; null if none ever has. */
  sweptAt: string | null;
}

/** Reads how the database stands with one statement, and the room on its disk. */
export async function readDatabaseHealth(db: Database): Promise<DatabaseHealth> {
  const [[found], freeBytes] = await Promise.all([db.query(databaseHealth()), db.freeBytes()]);
  if (found === undefined) throw new Error('The statement returned no row.');
  return { kind: db.kind, ...found, freeBytes };
}

const applied = '"_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL';

const databaseHealth = statement({
  name: 'database_health',
  text: `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
      (SELECT count(*) FROM ${applied}) AS migrations, (SELECT max(migration_name) FROM ${applied}) AS "latestMigration",
      (SELECT looked_at FROM sweeps WHERE id = 1) AS "sweptAt"`,
  row: {
    version: col.text,
    bytes: col.int,
    migrations: col.int,
    latestMigration: col.text.orNull,
    sweptAt: col.time.orNull,
  },
});

/** How many tasks of the engine are queued, and since when the oldest of them is. */
export interface QueueHealth {
  /** Those that a worker may take, or may after a pause. */
  due: number;
  dueSince: string | null;
  /** Those that wait for others, for a lock or for a place in their run. */
  waiting: number;
  waitingSince: string | null;
}

/** Reads how the queue stands. */
export async function readQueueHealth(db: Pick<Database, 'query'>): Promise<QueueHealth> {
  const [found] = await db.query(queueHealth());
  if (found === undefined) throw new Error('The statement returned no row.');
  return found;
}

const queueHealth = statement({
  name: 'queue_health',
  text: `SELECT count(job_id) AS due, min(created_at) FILTER (WHERE job_id IS NOT NULL) AS "dueSince",
      count(*) FILTER (WHERE job_id IS NULL) AS waiting, min(created_at) FILTER (WHERE job_id IS NULL) AS "waitingSince"
    FROM agents_tasks WHERE status = 'queued' AND step IS NOT NULL`,
  row: { due: col.int, dueSince: col.time.orNull, waiting: col.int, waitingSince: col.time.orNull },
});
