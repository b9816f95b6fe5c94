import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isKeyText, makeKeyText } from '../../../contract/keyText.ts';
import { openDatabase } from '../../../database/database.ts';
import { isClosed } from '../../../domain/access/closed.ts';
import { take } from '../../../orchestrator/cli/list.ts';
import { BootstrapKeyError } from '../../../server/machine/bootstrapKey.ts';
import { describeOnBothFresh, useFreshDatabases } from '../../support/databases.ts';
import { sized } from '../../support/form.ts';
import { tempDir } from '../../support/tempDir.ts';
import { type KeyServer, list, startOn } from '../access/keyServers.ts';

const beyond = (file: string) => ({ HOST: '0.0.0.0', NIGHTSHIFT_BOOTSTRAP_KEY_FILE: file });

async function mayDoEverything(server: KeyServer, key: string): Promise<boolean> {
  const answer = await server.get('/agents/tasks/before?date=2000-01-01', key, { method: 'DELETE' });
  return answer.status === 200;
}

describeOnBothFresh('The file of the first key', (databases) => {
  it('gives a new server the key that it holds, and changes nothing', async () => {
    const [file, key] = [join(tempDir(), 'key'), makeKeyText()];
    writeFileSync(file, `${key}\n`, { mode: 0o400 });
    const server = await startOn(await databases.createFresh(), beyond(file));
    expect((await server.get(list, null)).status).toBe(401);
    expect(await mayDoEverything(server, key)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(`${key}\n`);
    const { rows } = await take(server.client(key).walkDecisions({ action: ['CREATE_KEY'] }), 2);
    expect(rows).toMatchObject([{ viewer: 'bootstrap', subject: 'service:bootstrap' }]);
  });

  it.each([
    ['is empty', ''],
    ['is not there', undefined],
  ])('gets a key when it %s, for its owner alone', async (_title, text) => {
    const file = join(tempDir(), 'key');
    // One that was made by hand is mostly open to others.
    if (text !== undefined) writeFileSync(file, text, { mode: 0o644 });
    const server = await startOn(await databases.createFresh(), beyond(file));
    const key = readFileSync(file, 'utf8').trim();
    expect(isKeyText(key)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await mayDoEverything(server, key)).toBe(true);
  });
});

const databases = useFreshDatabases('postgres');

it.each([
  [
    'holds something else',
    (file: string) => writeFileSync(file, 'a-password'),
    /expected a key as "nightshift keys generate"/,
  ],
  ['holds a mistyped key', (file: string) => writeFileSync(file, `${makeKeyText()}x`), /expected a key as/],
  ['is a directory', (file: string) => mkdirSync(file), /cannot be read \(EISDIR\)/],
  ['cannot be made', () => undefined, /cannot be written to .*\(ENOENT\)/],
])(
  'A file of the first key that %s stops the start, and leaves the database as it was',
  async (_title, prepare, message) => {
    const directory = tempDir();
    const file = String(message).includes('ENOENT') ? join(directory, 'none', 'key') : join(directory, 'key');
    prepare(file);
    const database = await databases.createFresh();
    const starting = startOn(database, beyond(file));
    await expect(starting).rejects.toThrow(BootstrapKeyError);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toThrow(file);
    await expect(starting).rejects.not.toThrow('a-password');
    const db = await openDatabase(database);
    expect(await isClosed(db)).toBe(false);
    await db.close();
  },
);

it('The file of the first key does nothing to a database that has had one', async () => {
  const database = await databases.createFresh();
  const server = await startOn(database);
  const key = await server.create('ci', ['read']);
  await server.client().revokeKey('ci');
  const file = join(tempDir(), 'key');
  const again = await startOn(database, beyond(file));
  expect(existsSync(file)).toBe(false);
  expect((await again.get(list, key)).status).toBe(403);
});

it('Two servers that start at once on a new database with one file make one key', async () => {
  for (let round = 0; round < sized({ short: 4, full: 40 }); round += 1) {
    const database = await databases.createFresh();
    const file = join(tempDir(), 'key');
    // Every other time the key is given.
    if (round % 2 === 0) writeFileSync(file, makeKeyText());
    const servers = await Promise.all([startOn(database, beyond(file)), startOn(database, beyond(file))]);
    const key = readFileSync(file, 'utf8').trim();
    for (const server of servers) {
      expect(await mayDoEverything(server, key)).toBe(true);
      await server.close();
    }
  }
});
