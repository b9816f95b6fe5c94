import { settleProcess } from '../../contract/processSettings.mjs';
import { announce } from './announce.ts';

// As the command line does.
settleProcess();
const [{ readServerConfig }, { startServer }] = await Promise.all([
  import('../../server/config.ts'),
  import('../../server/server.ts'),
]);

/** The server as it is, on the database that the environment names. */
const { DATABASE_URL, NIGHTSHIFT_DATA, NIGHTSHIFT_KEY_FILE } = process.env;
const where = { DATABASE_URL, NIGHTSHIFT_DATA, NIGHTSHIFT_KEY_FILE };
const config = readServerConfig({ ...where, PORT: '8001', LOG_LEVEL: 'error' });
const server = await startServer({ ...config, port: 0 });
announce(server.url, () => server.close());
