import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { tempDir } from '../support/tempDir.ts';

const stamp = fileURLToPath(new URL('../fixtures/commands/stamp.mjs', import.meta.url));
const soon = <T>(read: () => T) => expect.poll(read, { interval: 50 });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ LEASE_SECONDS: '2' });
});
afterAll(() => server.close());

it('A worker that stood still while it was given a lease, until that has lapsed, does not begin the command', async () => {
  const directory = tempDir();
  const file = join(directory, 'lives.txt');
  writePlan(directory, 'once', {
    name: 'once',
    steps: [{ task: 'work', cmd: [process.execPath, [stamp, file, '100']] }],
  });
  const worker = startWorker({ directory, url: server.url, plan: 'once', name: 'w' });
  await soon(() => worker.stderr()).toContain('takes tasks');
  await wait(1000);
  process.kill(worker.pid ?? 0, 'SIGSTOP');
  expectType(await server.client.startRun({ plan: 'once', runId: 'once' }), 'Run');
  const status = async () => (await server.tasksOf('once'))[0]?.status;
  await soon(status).toBe('FAILED');
  process.kill(worker.pid ?? 0, 'SIGCONT');
  await soon(() => worker.stderr()).toContain('its lease expired, so this attempt does not count');
  expect(existsSync(file)).toBe(false);
});
