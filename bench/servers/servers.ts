import { fileURLToPath } from 'node:url';
import type { BenchDatabases } from '../data/databases.ts';
import { machineVariables } from './machine.ts';
import { type ServerProcess, startServerProcess } from './serverProcess.ts';

/** The servers of a bench run: each is started when it is first asked for, on one of the databases. */
export interface Servers {
  ours(database: 'million' | 'few'): Promise<ServerProcess>;
  limit(database: 'million' | 'few'): Promise<ServerProcess>;
  /**
   * A further server of ours, of its own; with `NIGHTSHIFT_DATA` on an embedded database. It may use all processors
   * then, and on PostgreSQL when asked for.
   */
  fresh(
    env: { DATABASE_URL: string } | { NIGHTSHIFT_DATA: string },
    processors?: 'first' | 'all',
  ): Promise<ServerProcess>;
  /** What cannot be beaten at starting: a bare `node:http`, or the embedded database alone; on all processors. */
  bare(program: 'bareHttp' | 'barePglite', env?: { NIGHTSHIFT_DATA: string }): Promise<ServerProcess>;
  stop(): Promise<void>;
}

/** Prepares to start the servers of a bench run. */
export function prepareServers(databases: BenchDatabases): Servers {
  const started = new Map<string, Promise<ServerProcess>>();
  const others: ServerProcess[] = [];
  const once = (kind: 'ours' | 'limit', database: 'million' | 'few') => {
    const name = `${kind} on ${database}`;
    const server = started.get(name) ?? start(name, kind, { DATABASE_URL: databases[database] });
    started.set(name, server);
    return server;
  };
  return {
    ours: (database) => once('ours', database),
    limit: (database) => once('limit', database),
    async fresh(env, processors = 'NIGHTSHIFT_DATA' in env ? 'all' : 'first') {
      const server = await start('a fresh server', 'ours', env, processors);
      others.push(server);
      return server;
    },
    async bare(program, env = { NIGHTSHIFT_DATA: '' }) {
      const server = await start(program, program, env, 'all');
      others.push(server);
      return server;
    },
    async stop() {
      const all = await Promise.allSettled(started.values());
      const running = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      await Promise.all([...running, ...others].map((server) => server.stop()));
    },
  };
}

/** Where Node keeps what it has compiled: the entry files of both sides are TypeScript, which the command line's is not. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/nightshift-bench', import.meta.url));

/** Both sides run as in production: libraries do more checks otherwise. */
function start(
  name: string,
  program: 'ours' | 'limit' | 'bareHttp' | 'barePglite',
  env: Record<string, string>,
  processors?: 'first' | 'all',
): Promise<ServerProcess> {
  const url = new URL(`./${program}.ts`, import.meta.url);
  const variables = { NODE_ENV: 'production', NODE_COMPILE_CACHE: compiled, ...machineVariables(), ...env };
  return startServerProcess(name, url, variables, processors);
}
