/** A PostgreSQL server by its URL, or the embedded database in a directory. */
export type DatabaseConfig = { url: string } | { dataDir: string };

/** Settings that the defaults are right for in most cases; times in milliseconds. */
export interface DatabaseOptions {
  /** The folder of the migrations. @default prisma/migrations */
  migrationsDir?: string;
  /** Where the prepared cluster is that a first start of the embedded database lays out. @default the one of this installation */
  preparedDir?: string;
  /** Whether pending migrations are applied before the database is handed out. @default true */
  migrate?: boolean;
  /**
   * Whether it is opened to be read: nothing is made where nothing is, no statement can change anything, and what would
   * have to be migrated is refused unless `migrate` is false. @default false
   */
  readOnly?: boolean;
  /** Whether tables of something else in a database that is new to Nightshift are no reason to refuse it. @default false */
  besideOthers?: boolean;
  /** How long one try to migrate waits for a lock that others hold. @default 2000 */
  lockTimeoutMillis?: number;
  /** How long migrations are tried while others hold what they lock. @default 120000 */
  lockPatienceMillis?: number;
  /** Called with what blocks a migration. @default nobody hears of it */
  onWait?: (what: string) => void;
  /** Most connections to PostgreSQL; the embedded database has one. @default 10 */
  maxConnections?: number;
  /** How long a caller waits for a connection. @default 10000 */
  connectionTimeoutMillis?: number;
  /** How long one statement may run. @default 30000 */
  statementTimeoutMillis?: number;
  /** How long the embedded database may be silent, where its statement could not be cancelled, before it is started again. @default 40000 */
  watchdogMillis?: number;
  /** Room that the disk of the embedded database must have to be ready, in bytes. @default 64 MiB */
  minFreeBytes?: number;
  /** How long a reader of a copy may take nothing. @default 30000 */
  copyStallMillis?: number;
}

/** How long a caller and a statement may take, in milliseconds. */
export function limitsOf({ connectionTimeoutMillis, statementTimeoutMillis }: DatabaseOptions) {
  return {
    connectionTimeoutMillis: connectionTimeoutMillis ?? 10_000,
    statementTimeoutMillis: statementTimeoutMillis ?? 30_000,
  };
}
