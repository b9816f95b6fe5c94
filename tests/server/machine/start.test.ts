import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { DataDirectoryError } from '../../../database/dataDirectory.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import { findServer } from '../../../server/machine/announcement.ts';
import { startServer } from '../../../server/server.ts';
import { describeOnBothFresh, type FreshDatabases, useFreshDatabases } from '../../support/databases.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { tempDir } from '../../support/tempDir.ts';
import { send } from '../serve.ts';

const logged: string[] = [];

/** Starts one as it is, on a data directory that may be there already. */
async function startOn(
  databases: FreshDatabases,
  prepare: (dataDir: string) => void = () => undefined,
  more: Record<string, string> = {},
) {
  logged.length = 0;
  const found = await databases.createFresh();
  const dataDir = 'dataDir' in found ? found.dataDir : join(tempDir(), 'data');
  if ('url' in found) mkdirSync(dataDir);
  prepare(dataDir);
  const config = { ...readServerConfig({ PORT: '0', NIGHTSHIFT_DATA: dataDir, ...more }), database: found };
  const log = createLog('warn', { write: (line) => logged.push(line) });
  const server = await startServer(config, { log });
  onTestFinished(() => server.close());
  return { ...server, dataDir, keyOfFile: () => readFileSync(join(dataDir, 'key'), 'utf8').trim() };
}

describeOnBothFresh('A server that starts', (databases) => {
  it('keeps what is in its data directory from other users, also where it was open', async () => {
    const server = await startOn(databases, (dataDir) => {
      mkdirSync(join(dataDir, 'reports'));
      writeFileSync(join(dataDir, 'key'), 'a-key-of-an-earlier-start\n');
      for (const path of [dataDir, join(dataDir, 'key')]) chmodSync(path, 0o777);
    });
    expect(server.keyOfFile()).toBe('a-key-of-an-earlier-start');
    expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
    // PGlite makes its files readable to all, whatever it is told: the directory above keeps others away.
    const own = filesOf(server.dataDir).filter((path) => !path.startsWith(join(server.dataDir, 'pgdata')));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((path) => (lstatSync(path).mode & 0o077) !== 0)).toEqual([]);
  });
});

describe('A server that starts', () => {
  const databases = useFreshDatabases('postgres');
  const start = (prepare?: (dataDir: string) => void, more?: Record<string, string>) =>
    startOn(databases, prepare, more);

  const approve = (url: string, key: string | null, headers: Record<string, string> = {}) =>
    send(url, '/agents/tasks/1/approve', { method: 'POST', key, headers });

  it('makes a key that decides, is found by commands of its user, and takes its word back', async () => {
    const server = await start();
    const json = { task: 'a.b', run_id: 'outside', status: 'awaiting_approval' };
    expect((await send(server.url, '/agents/tasks/', { method: 'POST', json, key: null })).status).toBe(201);
    expect((await approve(server.url, null)).status).toBe(401);
    expect((await approve(server.url, 'not-the-key')).status).toBe(403);
    expect((await approve(server.url, server.keyOfFile(), { 'x-real-ip': '192.0.2.7' })).status).toBe(403);
    expect((await approve(server.url, server.keyOfFile())).json()).toMatchObject({ approver: 'local' });
    expect(findServer(server.dataDir)).toMatchObject({ pid: process.pid, url: server.url });
    await server.close();
    expect(findServer(server.dataDir)).toBeNull();
  });

  it('hands whoever started it a key of its own, which is in no file', async () => {
    const server = await start();
    expect(server.key).not.toBe(server.keyOfFile());
    const viewer = await createClient({
      url: server.url,
      apiKey: server.key,
      timeoutMs: waitLimitMs,
    }).viewer();
    expect(viewer).toMatchObject({ id: 'local', scopes: expect.arrayContaining(['ADMIN']) });
    const anonymous = await createClient({ url: server.url }).viewer();
    expect(anonymous).toMatchObject({ id: 'anonymous', scopes: ['READ', 'REPORT'] });
  });

  it('needs a key for everything of the engine, and none to read', async () => {
    const server = await start();
    const client = createClient({ url: server.url, retries: 0 });
    const definition = { name: 'night', steps: [{ task: 'a' }] };
    const calls = [
      () => client.registerPlan(definition),
      () => client.startRun({ definition }),
      () => client.leaseTask({ worker: 'w', planHashes: [] }),
      () => client.extendLease('x'),
      () => client.finishAttempt({ leaseId: 'x', ending: 'EXIT', exitCode: 0, durationMs: 1 }),
      () => client.cancelRun('r'),
      () => client.leaveRun('r'),
      () => client.retryRun({ runId: 'r' }),
      () => client.retryTask({ databaseId: 1 }),
      () => client.pruneTasks('2999-01-01T00:00:00Z'),
      () => client.approveTask({ databaseId: 1 }),
      () => client.decideTasks({ action: 'APPROVE', databaseIds: [1] }),
      () => client.redeliver('1'),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await client.tasks()).nodes).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('refuses a data directory that is open and holds something else', async () => {
    const open = (dataDir: string) => {
      for (const name of readdirSync(dataDir)) if (name !== 'pgdata') writeFileSync(join(dataDir, name), '');
      writeFileSync(join(dataDir, 'notes.txt'), '');
      chmodSync(dataDir, 0o755);
    };
    await expect(start(open)).rejects.toThrow(DataDirectoryError);
  });

  it('says so where no key can be kept, and lets only itself decide then', async () => {
    const directory = tempDir();
    writeFileSync(join(directory, 'file'), '');
    const server = await start(undefined, { NIGHTSHIFT_KEY_FILE: join(directory, 'file', 'key') });
    expect(logged.splice(0).join('')).toContain('only this process itself can decide or start runs');
    expect((await approve(server.url, null)).status).toBe(401);
    expect((await approve(server.url, server.key)).status).toBe(404);
  });
});

function filesOf(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
