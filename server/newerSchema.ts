import type { Database } from '../database/database.ts';
import type { MigrationError } from '../database/errors.ts';
import type { Logger } from './log.ts';
import { type Repeated, repeatedly } from './repeatedly.ts';

/**
 * Looks again and again whether a newer replica has migrated the database, and says so once: with tables that it does not
 * know this one must do nothing more. The embedded database has no other replicas.
 */
export function watchSchema(
  db: Pick<Database, 'kind' | 'findNewer'>,
  log: Logger,
  onNewer: (error: MigrationError) => void,
  everyMs = 5000,
): Pick<Repeated, 'stop'> {
  if (db.kind === 'pglite') return { stop: async () => {} };
  let isTold = false;
  const look = async () => {
    const newer = isTold ? undefined : await db.findNewer();
    if (newer === undefined) return;
    isTold = true;
    log.fatal(newer.message);
    onNewer(newer);
  };
  // A database that is away is told by whoever needs it.
  return repeatedly(look, everyMs, () => undefined);
}
