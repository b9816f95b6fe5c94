import { settleProcess } from '../contract/processSettings.mjs';
import type { ServerGateway } from './cli/context.ts';

settleProcess();

/** Connects the command line with the server, which is loaded only when a command needs it. */
const gateway: ServerGateway = {
  async findServer(dataDir, databaseUrl) {
    const { findServer } = await import('../server/machine/announcement.ts');
    return findServer(dataDir, databaseUrl);
  },
  async secureDataDir(dataDir) {
    const { DataDirectoryError, secureDataDirectory } = await import('../database/dataDirectory.ts');
    try {
      secureDataDirectory(dataDir);
    } catch (error) {
      // Where nothing can be written, nothing is read by others either; who writes there later says so.
      if (error instanceof DataDirectoryError && error.code === undefined) throw error;
    }
  },
  async hasTables(databaseUrl) {
    const { hasTables } = await import('../database/hasTables.ts');
    return hasTables(databaseUrl);
  },
  async start(how) {
    const config = (await import('../server/config.ts')).loadServerConfig();
    if (how === 'existing') {
      const { requireExisting } = await import('../database/requireExisting.ts');
      await requireExisting(config.database);
    }
    // A server is not loaded where there is nothing to read.
    if (how === 'reading' && 'dataDir' in config.database) {
      const { requireReadableFiles } = await import('../database/databaseFiles.ts');
      requireReadableFiles(config.database.dataDir);
    }
    const { startServer } = await import('../server/server.ts');
    if (how === 'configured') return startServer(config);
    return startServer(
      { ...config, host: '127.0.0.1', port: 0, logLevel: 'warn' },
      { readOnly: how === 'reading', isBrief: true },
    );
  },
  async policyProblems(plan, project) {
    const [{ policyProblems }, { loadServerConfig }] = await Promise.all([
      import('../server/policyProblems.ts'),
      import('../server/config.ts'),
    ]);
    return policyProblems(loadServerConfig(), plan, project);
  },
  async createFirstKey(wanted) {
    const [{ createFirstKeyIn }, { loadServerConfig }] = await Promise.all([
      import('../server/machine/firstKey.ts'),
      import('../server/config.ts'),
    ]);
    return createFirstKeyIn(loadServerConfig(), wanted);
  },
  async setRole(wanted) {
    const [{ setRoleIn }, { loadServerConfig }] = await Promise.all([
      import('../server/machine/firstRole.ts'),
      import('../server/config.ts'),
    ]);
    return setRoleIn(loadServerConfig(), wanted);
  },
  async migrations(how) {
    const [{ applyMigrations, readMigrations }, { loadServerConfig }] = await Promise.all([
      import('../database/migrations.ts'),
      import('../server/config.ts'),
    ]);
    const { database } = loadServerConfig();
    return how === 'read' ? readMigrations(database) : applyMigrations(database, how);
  },
};

const { main } = await import('./cli/main.ts');
await main(gateway);
