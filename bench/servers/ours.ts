import { readServerConfig } from '../../server/config.ts';
import { startServer } from '../../server/server.ts';
import { announce } from './announce.ts';

/** The server as it is, on the database that the environment names. */
const { DATABASE_URL, NIGHTSHIFT_DATA } = process.env;
const config = readServerConfig({ DATABASE_URL, NIGHTSHIFT_DATA, PORT: '8001', LOG_LEVEL: 'error' });
const server = await startServer({ ...config, port: 0 });
announce(server.url, () => server.close());
