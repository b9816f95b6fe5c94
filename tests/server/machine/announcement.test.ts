import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireLock } from '../../../database/lock.ts';
import { announceServer, findServer } from '../../../server/machine/announcement.ts';
import { tempDir } from '../../support/tempDir.ts';

const database = 'postgresql://ann:secret@db.example.org/nightshift';

/** Announces a server until the end of the test. */
function announce(dataDir: string, url: string, databaseUrl = database): () => void {
  const withdraw = announceServer(dataDir, url, databaseUrl);
  onTestFinished(withdraw);
  return withdraw;
}

/** Writes what a server of elsewhere or of the past has left. */
function leave(dataDir: string, facts: object): void {
  const folder = join(dataDir, 'servers');
  mkdirSync(folder, { recursive: true });
  const announcement = {
    pid: process.pid,
    url: 'http://127.0.0.1:9',
    host: hostname(),
    startedAt: '2999-01-01',
    processStartTime: null,
    database: 'db.example.org:5432/nightshift',
    ...facts,
  };
  writeFileSync(join(folder, 'left.json'), JSON.stringify(announcement));
}

describe('A server on PostgreSQL', () => {
  it('is found in its data directory until it takes its word back, the latest one first', () => {
    const dataDir = tempDir();
    expect(findServer(dataDir)).toBeNull();
    const withdrawFirst = announce(dataDir, 'http://127.0.0.1:1');
    expect(findServer(dataDir)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:1' });
    withdrawFirst();
    expect(findServer(dataDir)).toBeNull();
    expect(readdirSync(join(dataDir, 'servers'))).toEqual([]);
  });

  it('is found by who names its database, however that is signed in to, and not by who names another', () => {
    const dataDir = tempDir();
    announce(dataDir, 'http://127.0.0.1:1');
    expect(findServer(dataDir, 'postgresql://ben@db.example.org:5432/nightshift')?.url).toBe(
      'http://127.0.0.1:1',
    );
    expect(findServer(dataDir, 'postgresql://ben@db.example.org:5432/other')).toBeNull();
    expect(findServer(dataDir)?.url).toBe('http://127.0.0.1:1');
  });

  it('leaves no password behind', () => {
    const dataDir = tempDir();
    announce(dataDir, 'http://127.0.0.1:1');
    const [name = ''] = readdirSync(join(dataDir, 'servers'));
    expect(name).toMatch(/\.json$/);
    expect(JSON.stringify(findServer(dataDir))).not.toContain('secret');
  });

  it('is not found where its process is gone, or is one of another computer', () => {
    const dataDir = tempDir();
    leave(dataDir, { pid: 2 ** 22 + 1 });
    expect(findServer(dataDir)).toBeNull();
    announce(dataDir, 'http://127.0.0.1:1');
    expect(readdirSync(join(dataDir, 'servers'))).toHaveLength(1);
    leave(dataDir, { host: 'elsewhere' });
    expect(findServer(dataDir)?.url).toBe('http://127.0.0.1:1');
  });

  it('may leave anything there: what is no announcement is passed over', () => {
    const dataDir = tempDir();
    mkdirSync(join(dataDir, 'servers'));
    for (const [index, text] of ['', '{', 'null', '[]', '{"pid":"x"}'].entries())
      writeFileSync(join(dataDir, 'servers', `${index}.json`), text);
    expect(findServer(dataDir)).toBeNull();
  });
});

describe('A server on the embedded database', () => {
  it('is found by its lock, but not by that of another computer, whose address is none here', () => {
    const dataDir = tempDir();
    const lock = acquireLock(dataDir);
    onTestFinished(() => lock.release());
    lock.update({ url: 'http://127.0.0.1:1' });
    expect(findServer(dataDir)?.url).toBe('http://127.0.0.1:1');
    const elsewhere = {
      pid: 1,
      host: 'elsewhere',
      url: 'http://127.0.0.1:1',
      token: 'x',
      processStartTime: null,
    };
    writeFileSync(join(dataDir, 'nightshift.lock'), JSON.stringify(elsewhere));
    expect(findServer(dataDir)).toBeNull();
  });
});
