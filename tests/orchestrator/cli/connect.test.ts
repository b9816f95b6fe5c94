import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../../orchestrator/cli/connect.ts';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { readServerConfig } from '../../../server/config.ts';
import { startServer } from '../../../server/server.ts';
import { copyOnServer } from '../../support/databases.ts';
import { hangLimitMs } from '../../support/hangLimit.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';

it('A command waits for a process that takes its time to start the server of the directory, and says so', async () => {
  // Each look comes twenty seconds after the one before it.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 20_000;
    return now;
  });
  onTestFinished(() => clock.mockRestore());
  const said: string[] = [];
  let looks = 0;
  const findServer = async () => {
    looks += 1;
    return looks < 4 ? { pid: 7 } : { pid: 7, url: 'http://127.0.0.1:8001' };
  };
  const context = {
    config: () => ({ dataDir: '/data', variables: {} }),
    print: (text: string) => said.push(text),
    gateway: {
      findServer,
      start: () => Promise.reject(new Error('A second server was started on the directory.')),
    },
  } as unknown as CliContext;
  expect(await connect(context, 'read')).toMatchObject({ kind: 'running', url: 'http://127.0.0.1:8001' });
  expect(said).toEqual(['Waiting for process 7, which is starting a server on /data or reading it …']);
});

it('A command says that it waits for a server that takes requests and does not answer', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const list = spawnNode([resolve('orchestrator/nightshift.mjs'), 'list'], { API_BASE: url }, tempDir());
  onTestFinished(() => list.kill('SIGKILL'));
  await expect.poll(list.stderr).toBe(`Waiting for the server at ${url} …\n`);
});

it('A server that a command ends with waits for no connection that has sent nothing', async () => {
  const { config, remove } = await copyOnServer();
  onTestFinished(remove);
  const where = 'url' in config ? { DATABASE_URL: config.url } : {};
  const own = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', NIGHTSHIFT_DATA: tempDir(), ...where });
  const server = await startServer(own, { drainMillis: hangLimitMs });
  const { hostname, port } = new URL(server.url);
  const socket = createConnection(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  // By then the server has taken the connection that came before.
  await fetch(`${server.url}/health`, { headers: { connection: 'close' } });
  await server.close();
  socket.destroy();
});
