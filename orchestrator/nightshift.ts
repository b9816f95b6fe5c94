#!/usr/bin/env node
import type { ServerJoint } from './cli/context.ts';
import { main } from './cli/main.ts';

/** Where the command line meets the server's side, which is loaded only when a command needs it. */
const joint: ServerJoint = {
  async findHolder(dataDir) {
    const { readLock } = await import('../prisma/database/lock.ts');
    return readLock(dataDir);
  },
  async start(how) {
    const [{ startServer }, { loadServerConfig }] = await Promise.all([
      import('../server/server.ts'),
      import('../server/config.ts'),
    ]);
    const config = loadServerConfig();
    return startServer(
      how === 'configured' ? config : { ...config, host: '127.0.0.1', port: 0, logLevel: 'warn' },
    );
  },
  async migrations(how) {
    const [{ openDatabase }, { loadServerConfig }] = await Promise.all([
      import('../prisma/database/database.ts'),
      import('../server/config.ts'),
    ]);
    const database = await openDatabase(loadServerConfig().database, { migrate: how === 'apply' });
    try {
      return await database.migrationStatus();
    } finally {
      await database.close();
    }
  },
};

await main(joint);
