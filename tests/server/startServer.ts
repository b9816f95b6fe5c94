import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerConfig } from '../../server/config.ts';
import { type RunningServer, type ServerOverrides, startServer as start } from '../../server/server.ts';
import { noteKey } from '../support/keys.ts';

/** Starts a server as it is; on PostgreSQL with a data directory of its own, and requests of tests carry its key. */
export async function startServer(config: ServerConfig, overrides?: ServerOverrides): Promise<RunningServer> {
  const isNamed = config.dataDir !== '.nightshift';
  const dataDir = isNamed ? config.dataDir : mkdtempSync(join(tmpdir(), 'nightshift-server-'));
  const remove = () => {
    if (!isNamed) rmSync(dataDir, { recursive: true, force: true });
  };
  const server = await start({ ...config, dataDir }, overrides).catch((error) => {
    remove();
    throw error;
  });
  noteKey(server.url, server.key);
  return { ...server, close: () => server.close().finally(remove) };
}
