import { openDatabase } from '../database/database.ts';
import type { ServerConfig } from './config.ts';
import { createLog } from './log.ts';
import type { RunningServer, ServerOverrides } from './runningServer.ts';

export type { RunningServer, ServerOverrides } from './runningServer.ts';

/**
 * Opens the database, builds the handlers and listens.
 * @throws ListenError when the address cannot be had, and what `openDatabase` throws
 */
export async function startServer(
  config: ServerConfig,
  overrides: ServerOverrides = {},
): Promise<RunningServer> {
  const log = overrides.log ?? createLog(config.logLevel);
  const onWait = (what: string) => log.warn(what);
  // The embedded database starts in its thread, and PostgreSQL answers, while this one loads what REST needs.
  const [db, { runServer }] = await Promise.all([
    openDatabase(config.database, { onWait, ...overrides.database, readOnly: overrides.readOnly ?? false }),
    import('./runServer.ts'),
  ]);
  return runServer(db, config, overrides, log);
}
