import { checkDatabaseFiles, openDatabaseFiles, requireReadableFiles } from './databaseFiles.ts';
import { type DatabaseOptions, limitsOf } from './databaseOptions.ts';
import { secureDataDirectory } from './dataDirectory.ts';
import { acquireLock, type DataLock } from './lock.ts';
import { PgliteHost } from './pgliteHost.ts';

/** The embedded database of a data directory, which this process holds. */
export interface Embedded {
  dataDir: string;
  host: PgliteHost;
  lock: DataLock;
  /** Resolves when it takes statements; its first start takes longer than any connection may. */
  started: Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes the data directory and starts the embedded database in its thread.
 * @throws DatabaseLockedError, DataDirectoryError, DatabaseMissingError
 */
export function openEmbedded(dataDir: string, options: DatabaseOptions): Embedded {
  const { readOnly, watchdogMillis = 40_000, migrate = true, migrationsDir, preparedDir } = options;
  if (readOnly) requireReadableFiles(dataDir);
  else {
    checkDatabaseFiles(dataDir);
    secureDataDirectory(dataDir);
  }
  const lock = acquireLock(dataDir);
  try {
    const { directory, isNew, made } = openDatabaseFiles(dataDir);
    const { statementTimeoutMillis } = limitsOf(options);
    const prepared = isNew && migrate ? { migrationsDir, preparedDir } : undefined;
    const host = new PgliteHost({ directory, prepared, watchdogMillis, statementTimeoutMillis });
    const started = host.ready().then(made);
    // Whoever waits for it hears of a failure.
    started.catch(() => undefined);
    const close = async () => {
      await host.close();
      lock.release();
    };
    return { dataDir, host, lock, started, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
