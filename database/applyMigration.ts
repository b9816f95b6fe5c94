import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { watchBlockers } from './blockers.ts';
import { buildIndex, indexesOf, isConcurrent } from './concurrentIndexes.ts';
import type { Driver, Session } from './driver.ts';
import { DatabaseUnavailableError, MigrationError } from './errors.ts';

/** One migration of the folder. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** How a migration is applied beside others who use the database; times in milliseconds. */
export interface Patience {
  /** Whether nobody else can use the database, so that nothing need be built beside others. @default false */
  alone?: boolean | undefined;
  /** How long one try waits for a lock, and everybody who comes after it waits with it. @default 2000 */
  lockTimeoutMillis?: number | undefined;
  /** How long it is tried in all. @default 120000 */
  lockPatienceMillis?: number | undefined;
  /** Told what is waited for. */
  onWait?: ((what: string) => void) | undefined;
}

/** Longer than the second after which PostgreSQL ends an automatic vacuum that is in the way. */
const defaults = { lockTimeoutMillis: 2000, lockPatienceMillis: 120_000 };

/** The longest that one statement of a migration may take. */
export const longestMillis = 3_600_000;

/**
 * Applies a migration and records it: in one transaction, given up and begun again while others hold what it locks, or
 * index by index beside everybody else where it asks for that. @throws MigrationError, DatabaseUnavailableError
 */
export async function applyMigration(
  driver: Driver,
  session: Session,
  migration: Migration,
  patience: Patience = {},
): Promise<void> {
  const { onWait = () => undefined } = patience;
  const { name } = migration;
  const watch = await watchBlockers(driver, session, (who) => onWait(`Migration ${name} waits for ${who}`));
  try {
    await (isConcurrent(migration.sql) && !patience.alone
      ? applyConcurrently(session, migration, patience)
      : applyPatiently(session, migration, patience));
  } catch (error) {
    if (error instanceof DatabaseUnavailableError || error instanceof MigrationError) throw error;
    if (isLockConflict(error)) throw heldUp(migration, watch.last(), error);
    const reason = error instanceof Error ? error.message : String(error);
    const left = isConcurrent(migration.sql)
      ? 'failed; the next start builds the indexes that are missing'
      : 'failed and was rolled back';
    throw new MigrationError(`Migration ${name} ${left}: ${reason}`, { cause: error });
  } finally {
    watch.stop();
  }
}

function heldUp({ name, sql }: Migration, who = 'somebody else', cause: unknown): MigrationError {
  const left = isConcurrent(sql)
    ? 'The next start builds the indexes that are missing.'
    : 'Nothing was changed.';
  return new MigrationError(
    `Migration ${name} could not be applied: ${who} holds a lock that it needs. ${left} Wait until that has ended, or end it with SELECT pg_terminate_backend(<process>). Then start again.`,
    { cause },
  );
}

/** Between two tries everybody who waited goes on. */
async function applyPatiently(session: Session, migration: Migration, patience: Patience): Promise<void> {
  const { lockTimeoutMillis, lockPatienceMillis } = { ...defaults, ...given(patience) };
  const end = performance.now() + lockPatienceMillis;
  for (let tries = 0; ; tries += 1) {
    try {
      return await applyOnce(session, migration, lockTimeoutMillis);
    } catch (error) {
      const pauseMs = Math.min(5000, 500 * 2 ** tries) * (0.5 + Math.random() / 2);
      if (!isLockConflict(error) || performance.now() + pauseMs > end) throw error;
      await pause(pauseMs);
    }
  }
}

async function applyOnce(session: Session, migration: Migration, lockTimeoutMillis: number): Promise<void> {
  await session.query({ text: 'BEGIN' });
  try {
    const startedAt = new Date();
    await session.query({ text: `SET LOCAL lock_timeout TO ${lockTimeoutMillis}` });
    const sql = isConcurrent(migration.sql) ? plain(migration.sql) : migration.sql;
    await session.query({ text: sql }, longestMillis);
    await record(session, migration, startedAt);
    await session.query({ text: 'COMMIT' });
  } catch (error) {
    await session.query({ text: 'ROLLBACK' }).catch(() => undefined);
    throw error;
  }
}

function plain(sql: string): string {
  return sql.replaceAll(/\bCONCURRENTLY\b/g, '');
}

/** Nobody waits for what waits here, so it has all the patience at once; what it has built stays. */
async function applyConcurrently(session: Session, migration: Migration, patience: Patience): Promise<void> {
  const { lockPatienceMillis } = { ...defaults, ...given(patience) };
  const startedAt = new Date();
  await session.query({ text: `SET lock_timeout TO ${lockPatienceMillis}` });
  for (const index of indexesOf(migration)) await buildIndex(session, index, longestMillis);
  await session.query({ text: 'SET lock_timeout TO 0' });
  await record(session, migration, startedAt);
}

async function record(session: Session, { name, checksum }: Migration, startedAt: Date): Promise<void> {
  await session.query({
    text: `INSERT INTO "_prisma_migrations"
      (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
      VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
    values: [randomUUID(), checksum, name, startedAt.toISOString()],
  });
}

function given({ lockTimeoutMillis, lockPatienceMillis }: Patience) {
  return {
    ...(lockTimeoutMillis === undefined ? {} : { lockTimeoutMillis }),
    ...(lockPatienceMillis === undefined ? {} : { lockPatienceMillis }),
  };
}

/** A lock that was not given in time, or that two wanted crosswise. */
function isLockConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');
}
