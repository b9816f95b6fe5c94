import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../prisma/database/database.ts';
import { DatabaseLockedError } from '../../prisma/database/errors.ts';
import { acquireLock, readLock } from '../../prisma/database/lock.ts';
import { processStartTime } from '../../prisma/database/processes.ts';
import { useDatabase } from '../support/databases.ts';
import { type NodeProcess, spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

function start(fixture: string, ...args: string[]): NodeProcess {
  const child = spawnNode([`tests/fixtures/database/${fixture}.ts`, ...args]);
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

/** A pid that belonged to a process which is gone. */
async function deadPid(): Promise<number> {
  const child = spawnNode(['-e', '']);
  await child.ended();
  return child.pid;
}

function plantLock(dataDir: string, holder: object): void {
  const lock = {
    pid: 1,
    host: hostname(),
    startedAt: '2025-01-01T00:00:00Z',
    processStartTime: null,
    token: 't',
  };
  writeFileSync(join(dataDir, 'nightshift.lock'), JSON.stringify({ ...lock, ...holder }));
}

describe('The lock of a data directory', () => {
  it('names its holder to others and is gone after its release', () => {
    const dataDir = tempDir();
    expect(readLock(dataDir)).toBeNull();
    const lock = acquireLock(dataDir);
    expect(readLock(dataDir)).toMatchObject({ pid: process.pid, host: hostname() });
    lock.update({ url: 'http://127.0.0.1:8001' });
    expect(readLock(dataDir)?.url).toBe('http://127.0.0.1:8001');
    expect(() => acquireLock(dataDir)).toThrow(DatabaseLockedError);
    lock.release();
    expect(readdirSync(dataDir)).toEqual([]);
    acquireLock(dataDir).release();
  });

  it('is gone after a normal exit of its process', async () => {
    const dataDir = tempDir();
    const program = `import { acquireLock } from './prisma/database/lock.ts'; acquireLock(${JSON.stringify(dataDir)});`;
    expect(await spawnNode(['--input-type=module', '-e', program]).ended()).toMatchObject({ code: 0 });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('of a killed process is taken over', async () => {
    const dataDir = tempDir();
    const holder = start('holdLock', dataDir);
    await holder.printed(/held/);
    expect(() => acquireLock(dataDir)).toThrow(String(holder.pid));
    await holder.kill('SIGKILL');
    expect(readLock(dataDir)).toBeNull();
    acquireLock(dataDir).release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is taken over when its pid now belongs to another process', () => {
    const startTime = processStartTime(process.pid);
    if (startTime === null) return;
    const dataDir = tempDir();
    plantLock(dataDir, { pid: process.pid, processStartTime: `${startTime}0` });
    acquireLock(dataDir).release();
    plantLock(dataDir, { pid: process.pid, processStartTime: startTime });
    expect(() => acquireLock(dataDir)).toThrow(DatabaseLockedError);
  });

  it('of another machine is never taken', () => {
    const dataDir = tempDir();
    plantLock(dataDir, { pid: 999_999_999, host: 'elsewhere' });
    expect(() => acquireLock(dataDir)).toThrow('elsewhere');
  });

  it('that is damaged, or whose taker died halfway, is taken over', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'nightshift.lock'), '{"pid":');
    acquireLock(dataDir).release();
    plantLock(dataDir, { pid: await deadPid() });
    writeFileSync(join(dataDir, 'nightshift.lock.next'), readFileSync(join(dataDir, 'nightshift.lock')));
    acquireLock(dataDir).release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('goes to exactly one of ten that want the lock of a dead process', async () => {
    const dataDir = tempDir();
    plantLock(dataDir, { pid: await deadPid() });
    const takers = Array.from({ length: 10 }, () => start('holdLock', dataDir));
    const said = await Promise.all(takers.map((taker) => taker.printed(/held|refused \w+ \d+/)));
    const winners = takers.filter((_, index) => said[index]?.[0] === 'held');
    expect(winners).toHaveLength(1);
    expect(readLock(dataDir)?.pid).toBe(winners[0]?.pid);
    expect(said.filter(([text]) => text.startsWith('refused DatabaseLockedError'))).toHaveLength(9);
  });
});

describe('Two processes on one directory', () => {
  const database = useDatabase('pglite');

  it('the second fails at once with the pid and the address of the first, and harms nothing', async () => {
    const config = await database.createFresh();
    if (!('dataDir' in config)) throw new Error('expected a directory');
    const first = start('openDatabase', config.dataDir, 'announce');
    await first.printed(/open/);
    const error = await openDatabase(config).catch((reason) => reason);
    expect(error).toBeInstanceOf(DatabaseLockedError);
    expect(error).toMatchObject({ pid: first.pid, url: 'http://127.0.0.1:8001' });
    expect(error.message).toContain(`process ${first.pid}, which answers at http://127.0.0.1:8001`);
    expect(readLock(config.dataDir)?.pid).toBe(first.pid);
    await first.kill('SIGKILL');
    const db = await openDatabase(config);
    expect(await db.prisma.run.count()).toBe(0);
    await db.close();
    expect(readLock(config.dataDir)).toBeNull();
  });
});
