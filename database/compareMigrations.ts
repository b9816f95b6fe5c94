import type { Migration } from './applyMigration.ts';
import type { Session } from './driver.ts';
import { MigrationError } from './errors.ts';

/** What became of one migration; `unknown` means applied by a newer program, `changed` edited since. */
export interface MigrationStatus {
  name: string;
  state: 'applied' | 'pending' | 'failed' | 'changed' | 'unknown';
  /** ISO-8601, UTC; null until applied. */
  appliedAt: string | null;
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: string | null;
}

/** Lists the migrations with their state in the database that a session has. */
export async function compareWith(session: Session, migrations: Migration[]): Promise<MigrationStatus[]> {
  const { rows } = await session.query<{ found: string | null }>({
    text: `SELECT to_regclass('"_prisma_migrations"')::text AS found`,
  });
  return compare(migrations, rows[0]?.found ? await readRecorded(session) : []);
}

async function readRecorded(session: Session): Promise<Recorded[]> {
  const { rows } = await session.query<Recorded>({
    text: 'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  });
  return rows;
}

/** Compares migrations with what a database has recorded of them. */
export function compare(migrations: Migration[], recorded: Recorded[]): MigrationStatus[] {
  const checksums = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const seen = recorded.map(({ migration_name: name, checksum, finished_at: appliedAt }) => {
    const expected = checksums.get(name);
    const known = expected === checksum ? 'applied' : 'changed';
    const state = expected === undefined ? 'unknown' : known;
    return { name, state: appliedAt === null ? 'failed' : state, appliedAt } satisfies MigrationStatus;
  });
  const names = new Set(recorded.map((row) => row.migration_name));
  const pending = migrations
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ name, state: 'pending', appliedAt: null }) satisfies MigrationStatus);
  return [...seen, ...pending].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Says what migrations mean that a database has and the program has not; undefined where there are none. `known` are those
 * of the program.
 */
export function newerThan(known: readonly string[], found: readonly string[]): MigrationError | undefined {
  const newer = found.filter((name) => !known.includes(name)).sort();
  if (newer.length === 0) return undefined;
  const some =
    newer.length > 3 ? `${newer.slice(0, 3).join(', ')} and ${newer.length - 3} more` : newer.join(', ');
  return new MigrationError(
    `The database is newer than this program: it also has ${some}, and this program knows migrations up to ${known.toSorted().at(-1) ?? 'none'}. Nothing was changed. Update this program to the version of the others that use this database.`,
  );
}

/** Gives the migrations that are to be applied. @throws MigrationError when history and folder do not fit */
export function pendingOf(statuses: MigrationStatus[], migrations: Migration[]): Migration[] {
  const found = statuses.filter(({ state }) => state !== 'pending').map(({ name }) => name);
  const newer = newerThan(
    migrations.map(({ name }) => name),
    found,
  );
  if (newer) throw newer;
  for (const { name, state } of statuses) {
    const problem = PROBLEMS[state];
    if (problem) throw new MigrationError(`Migration ${name} ${problem}`);
  }
  const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(({ name }) => name));
  return migrations.filter(({ name }) => pending.has(name));
}

const PROBLEMS: Record<MigrationStatus['state'], string | null> = {
  applied: null,
  pending: null,
  failed: 'was started and never finished. Repair the database, then run `prisma migrate resolve`.',
  changed: 'was edited after it was applied. Restore its file and put the change into a new migration.',
  unknown: null,
};
