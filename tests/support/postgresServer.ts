import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findPostgresFiles } from './postgresFiles.ts';
import { reapAfterDeath } from './reaper.ts';

/** A real PostgreSQL of our own, from the programs that npm brought. */
export interface PostgresServer {
  /** The URL of one of its databases. */
  url(database?: string): string;
  /** Ends the process like a power cut (`kill -9`), without a checkpoint. */
  kill(): Promise<void>;
  /** Starts it again on the same files and the same port. */
  start(): Promise<void>;
  /** Ends it at once, connections or not, and removes its files unless they were to be kept. */
  remove(): Promise<void>;
}

/**
 * Makes the files of a new server in a temporary directory and starts it on a free port. In a directory of the
 * caller's (`keepIn`) the files are made once and stay.
 */
export async function startPostgres(
  settings: Record<string, string> = {},
  keepIn?: string,
): Promise<PostgresServer> {
  const programs = join(await findPostgresFiles(), 'bin');
  const owner = await unprivilegedOwner();
  const directory = keepIn ?? mkdtempSync(join(tmpdir(), 'nightshift-postgres-'));
  if (owner) chownSync(directory, owner.uid, owner.gid);
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    const initialize = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
    await promisify(execFile)(join(programs, 'initdb'), initialize, { ...owner, cwd: directory });
  }

  const port = await freePort();
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const removeFiles = () => {
    if (keepIn === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const dismissReaper = reapAfterDeath(directory, keepIn !== undefined);

  const server: PostgresServer = {
    url: (database = 'postgres') => `postgresql://postgres@127.0.0.1:${port}/${database}`,
    kill: () => end('SIGKILL'),
    async start() {
      const begin = () =>
        launch(join(programs, 'postgres'), ['-D', directory, '-p', String(port), ...flags], owner);
      child = await onceItIsFree(begin);
    },
    async remove() {
      await end('SIGQUIT');
      removeFiles();
      dismissReaper();
    },
  };
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.remove();
    throw error;
  }
}

/** What a killed PostgreSQL had started ends a moment later, and holds up the next start until then. */
async function onceItIsFree<T>(begin: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await begin();
    } catch (error) {
      if (tries === 20 || !/shared memory block|lock file/.test(String(error))) throw error;
      await wait(50 * tries);
    }
  }
}

interface Owner {
  uid: number;
  gid: number;
}

// PostgreSQL refuses to run as root, so root lends it to the user that owns nothing.
async function unprivilegedOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string) => Number((await promisify(execFile)('id', [flag, 'nobody'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function launch(program: string, flags: string[], owner: Owner | undefined): Promise<ChildProcess> {
  const child = spawn(program, flags, { ...owner, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((ready, failed) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-4000);
      if (text.includes('ready to accept connections')) ready();
    });
    child.once('error', failed);
    child.once('exit', (code) =>
      failed(new Error(`PostgreSQL ended with code ${code} while starting:\n${log}`)),
    );
  });
  return child;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
