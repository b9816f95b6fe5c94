import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { DatabaseLockedError } from '../../database/errors.ts';
import { acquireLock, readLock } from '../../database/lock.ts';
import { processStartTime } from '../../database/processes.ts';
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
    expect(readdirSync(dataDir)).toEqual(['database.lock']);
    acquireLock(dataDir).release();
  });

  it('says nothing in a copy of the directory, which is free', () => {
    const dataDir = tempDir();
    const lock = acquireLock(dataDir);
    onTestFinished(() => lock.release());
    lock.update({ url: 'http://127.0.0.1:8001' });
    const copy = join(tempDir(), 'copy');
    cpSync(dataDir, copy, { recursive: true });
    expect(readLock(copy)).toBeNull();
    acquireLock(copy).release();
    expect(readLock(dataDir)?.url).toBe('http://127.0.0.1:8001');
  });

  it('is gone after a normal exit of its process', async () => {
    const dataDir = tempDir();
    const program = `import { acquireLock } from './database/lock.ts'; acquireLock(${JSON.stringify(dataDir)});`;
    expect(await spawnNode(['--input-type=module', '-e', program]).ended()).toMatchObject({ code: 0 });
    expect(readdirSync(dataDir)).toEqual(['database.lock']);
  });

  it('of a killed process is taken over', async () => {
    const dataDir = tempDir();
    const holder = start('holdLock', dataDir);
    await holder.printed(/held/);
    expect(() => acquireLock(dataDir)).toThrow(String(holder.pid));
    await holder.kill('SIGKILL');
    expect(readLock(dataDir)).toBeNull();
    acquireLock(dataDir).release();
    expect(readdirSync(dataDir)).toEqual(['database.lock']);
  });

  it('of a process that stands still is not taken over, and not of one that is killed while it does', async () => {
    const dataDir = tempDir();
    const holder = start('holdLock', dataDir);
    await holder.printed(/held/);
    process.kill(holder.pid, 'SIGSTOP');
    // As if it had been written before a boot, or by a process of another container.
    for (const facts of [{ processStartTime: 'before' }, { host: 'elsewhere' }, { pid: await deadPid() }]) {
      plantLock(dataDir, { pid: holder.pid, lock: 'system', ...facts });
      expect(() => acquireLock(dataDir)).toThrow(
        /in use by a process in another container or on another computer/,
      );
    }
    rmSync(join(dataDir, 'nightshift.lock'));
    expect(() => acquireLock(dataDir)).toThrow(DatabaseLockedError);
    await holder.kill('SIGKILL');
    acquireLock(dataDir).release();
  });

  it('of a process of another container that is gone is taken over', () => {
    const dataDir = tempDir();
    plantLock(dataDir, { pid: 1, host: 'elsewhere', lock: 'system' });
    expect(readLock(dataDir)).toBeNull();
    acquireLock(dataDir).release();
    expect(readdirSync(dataDir)).toEqual(['database.lock']);
  });

  it('keeps a process of another container out, whose processes and name are not seen here', async () => {
    const dataDir = tempDir();
    const inContainer = ['--uts', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'];
    const script = `hostname elsewhere && exec "$0" tests/fixtures/database/holdLock.ts ${dataDir}`;
    const args = [...inContainer, script, process.execPath];
    if (spawnSync('unshare', ['--uts', '--pid', '--fork', '--mount-proc', 'true']).status !== 0) return;
    const container = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void container.kill('SIGKILL'));
    await once(container.stdout, 'data');
    expect(() => acquireLock(dataDir)).toThrow(
      /another container or on another computer: process 1 of elsewhere/,
    );
    expect(readLock(dataDir)).toBeNull();
    container.kill('SIGKILL');
    await once(container, 'close');
    acquireLock(dataDir).release();
  });

  it('is not given back by a look at it in its own process, and a look makes nothing', async () => {
    const dataDir = tempDir();
    expect(readLock(dataDir)).toBeNull();
    expect(readdirSync(dataDir)).toEqual([]);
    const lock = acquireLock(dataDir);
    for (let time = 0; time < 3; time += 1) {
      expect(readLock(dataDir)?.pid).toBe(process.pid);
      expect(() => acquireLock(dataDir)).toThrow(DatabaseLockedError);
    }
    await start('holdLock', dataDir).printed(/refused/);
    lock.release();
  });

  it('of an older version counts as it did: while its process lives, and always on another machine', async () => {
    const dataDir = tempDir();
    plantLock(dataDir, { pid: 999_999_999, host: 'elsewhere' });
    expect(() => acquireLock(dataDir)).toThrow(/on elsewhere.*delete .*nightshift\.lock/);
    const startTime = processStartTime(process.pid);
    if (startTime === null) return;
    plantLock(dataDir, { pid: process.pid, processStartTime: startTime });
    expect(() => acquireLock(dataDir)).toThrow(DatabaseLockedError);
    plantLock(dataDir, { pid: process.pid, processStartTime: `${startTime}0` });
    acquireLock(dataDir).release();
    plantLock(dataDir, { pid: await deadPid() });
    acquireLock(dataDir).release();
    writeFileSync(join(dataDir, 'nightshift.lock'), '{"pid":');
    acquireLock(dataDir).release();
    expect(readdirSync(dataDir)).toEqual(['database.lock']);
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
    expect(error.message).toContain(`process ${first.pid}, listening on http://127.0.0.1:8001`);
    expect(readLock(config.dataDir)?.pid).toBe(first.pid);
    await first.kill('SIGKILL');
    const db = await openDatabase(config);
    expect(await db.prisma.run.count()).toBe(0);
    await db.close();
    expect(readLock(config.dataDir)).toBeNull();
  });
});
