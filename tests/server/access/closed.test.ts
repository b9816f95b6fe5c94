import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { isClosed } from '../../../domain/access/closed.ts';
import { take } from '../../../orchestrator/cli/list.ts';
import { createFirstKeyIn } from '../../../server/machine/firstKey.ts';
import { NoKeyError } from '../../../server/openAccess.ts';
import { describeOnBothFresh, useFreshDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { list, startOn } from './keyServers.ts';

const first = { name: 'bootstrap', scopes: ['admin'] };
const adminKey = 'a-key-of-sixteen-characters';

describeOnBothFresh('A server on loopback', (databases) => {
  it('lets callers without a key read until there is one, and never after', async () => {
    const database = await databases.createFresh();
    const data = 'dataDir' in database ? database.dataDir : join(tempDir(), 'data');
    const start = () => startOn(database, { NIGHTSHIFT_DATA: data });
    const server = await start();
    expect((await server.get(list, null)).status).toBe(200);
    expect(existsSync(join(data, 'closed'))).toBe(false);
    const key = await server.create('ci', ['read']);
    const refused = await server.get(list, null);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('Run `nightshift key`');
    expect((await server.get(list, key)).status).toBe(200);
    expect(statSync(join(data, 'closed')).mode & 0o777).toBe(0o600);
    await server.client().revokeKey('ci');
    expect((await server.get(list, null)).status).toBe(401);
    expect((await server.get(list, key)).status).toBe(403);
    await server.close();

    const again = await start();
    expect((await again.get(list, null)).status).toBe(401);
    expect((await again.client().tasks()).nodes).toEqual([]);
  });
});

describe('A server on loopback', () => {
  const databases = useFreshDatabases('postgres');

  it('is closed soon on every replica once one of them has a key', async () => {
    const database = await databases.createFresh();
    const one = await startOn(database);
    const other = await startOn(database);
    expect((await other.get(list, null)).status).toBe(200);
    await one.create('ci', ['read']);
    expect((await one.get(list, null)).status).toBe(401);
    await eventually(async () => expect((await other.get(list, null)).status).toBe(401));
  });

  it('ends what callers without a key have open, once there is one', async () => {
    const server = await startOn(await databases.createFresh());
    const stream = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { id } }' }),
    });
    expect(stream.status).toBe(200);
    const whole = stream.text();
    await server.create('ci', ['read']);
    expect(await whole).toContain('event: complete');
  });

  it('has no revoked first key again when its database is replaced by an empty one', async () => {
    const [data, file] = [join(tempDir(), 'data'), join(tempDir(), 'first')];
    const variables = { NIGHTSHIFT_DATA: data, NIGHTSHIFT_BOOTSTRAP_KEY_FILE: file };
    const server = await startOn(await databases.createFresh(), variables);
    const key = readFileSync(file, 'utf8').trim();
    expect((await server.get(list, key)).status).toBe(200);
    await server.client().revokeKey('bootstrap');
    await server.close();
    const again = await startOn(await databases.createFresh(), variables);
    expect((await again.get(list, key)).status).toBe(403);
  });

  it('stays closed when its database is replaced by an empty one', async () => {
    const data = join(tempDir(), 'data');
    const server = await startOn(await databases.createFresh(), { NIGHTSHIFT_DATA: data });
    await server.create('ci', ['read']);
    await server.close();
    const empty = await databases.createFresh();
    const again = await startOn(empty, { NIGHTSHIFT_DATA: data });
    expect((await again.get(list, null)).status).toBe(401);
    expect(again.logged.join('')).toContain('Make one with: nightshift keys create --bootstrap');
    // Whoever shares that database knows it from there.
    const elsewhere = await startOn(empty);
    expect((await elsewhere.get(list, null)).status).toBe(401);
  });

  it('with an ADMIN_API_KEY alone is open to read, and that key still may do everything', async () => {
    const database = await databases.createFresh();
    const server = await startOn(database, { ADMIN_API_KEY: adminKey });
    expect((await server.get(list, null)).status).toBe(200);
    expect((await server.get('/agents/tasks/1/approve', adminKey, { method: 'POST' })).status).toBe(404);
    await server.create('ci', ['read']);
    expect((await server.get(list, null)).status).toBe(401);
    expect((await server.get('/agents/tasks/1/approve', adminKey, { method: 'POST' })).status).toBe(404);
  });

  it('lets a user of the proxy read who is no admin until there is a key', async () => {
    const server = await startOn(await databases.createFresh(), { TRUSTED_PROXY: '127.0.0.1' });
    const headers = { 'x-user-email': 'ann@example.org' };
    expect((await server.get(list, null, { headers })).status).toBe(200);
    await server.create('ci', ['read']);
    expect((await server.get(list, null, { headers })).status).toBe(403);
    const admin = { ...headers, 'x-user-role': 'admin' };
    expect((await server.get(list, null, { headers: admin })).status).toBe(200);
  });
});

describeOnBothFresh('A server beyond loopback', (databases) => {
  it('does not start before there is a key, says how to make one, and starts with it', async () => {
    const database = await databases.createFresh();
    const dataDir = 'dataDir' in database ? database.dataDir : join(tempDir(), 'data');
    const variables = { HOST: '0.0.0.0', NIGHTSHIFT_DATA: dataDir };
    const starting = startOn(database, variables);
    await expect(starting).rejects.toThrow(NoKeyError);
    await expect(starting).rejects.toThrow('\n  nightshift keys create --bootstrap\n');
    const open = await openDatabase(database);
    expect(await isClosed(open)).toBe(false);
    await open.close();

    const { secret, name } = await createFirstKeyIn({ database, dataDir }, first);
    expect(name).toBe('bootstrap');
    const server = await startOn(database, variables);
    expect((await server.get(list, null)).status).toBe(401);
    expect((await server.get(list, 'wrong')).status).toBe(403);
    expect((await server.get('/agents/tasks/1/approve', secret, { method: 'POST' })).status).toBe(404);
    const { rows } = await take(server.client(secret).walkDecisions({ action: ['CREATE_KEY'] }), 2);
    expect(rows).toMatchObject([{ viewer: 'bootstrap', via: 'CLI' }]);
  });
});

describe('A server beyond loopback', () => {
  const databases = useFreshDatabases('postgres');

  it('starts with an ADMIN_API_KEY alone', async () => {
    const variables = { HOST: '0.0.0.0', ADMIN_API_KEY: adminKey };
    const server = await startOn(await databases.createFresh(), variables);
    expect((await server.get(list, null)).status).toBe(401);
    expect((await server.get(list, adminKey)).status).toBe(200);
  });

  it('starts when its last key is revoked, and lets nobody in', async () => {
    const database = await databases.createFresh();
    const server = await startOn(database);
    const key = await server.create('ci', ['read']);
    await server.client().revokeKey('ci');
    const beyond = await startOn(database, { HOST: '0.0.0.0' });
    expect((await beyond.get(list, null)).status).toBe(401);
    expect((await beyond.get(list, key)).status).toBe(403);
  });
});
