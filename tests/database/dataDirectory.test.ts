import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { embeddedVersion, openDatabaseFiles, requireDatabaseFiles } from '../../database/databaseFiles.ts';
import { DataDirectoryError, secureDataDirectory } from '../../database/dataDirectory.ts';
import { DatabaseMissingError } from '../../database/errors.ts';
import { cli } from '../orchestrator/support/cli.ts';
import { copyFiles } from '../support/copyFiles.ts';
import { tempDir } from '../support/tempDir.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** Makes a directory of this mode with these files in it. */
function directoryOf(mode: number, files: string[] = []): string {
  const path = join(tempDir(), 'data');
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), '');
  chmodSync(path, mode);
  return path;
}

describe('The data directory', () => {
  it('is made for its owner alone, the directories above it as usual', () => {
    const path = join(tempDir(), 'above', 'data');
    secureDataDirectory(path);
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, '..'))).not.toBe('700');
  });

  it.each([0o755, 0o777, 0o750, 0o701, 0o2775])('is closed where its mode is %o', (mode) => {
    const [empty, used] = [directoryOf(mode), directoryOf(mode, ['nightshift.lock', 'other'])];
    secureDataDirectory(empty);
    secureDataDirectory(used);
    expect([empty, used].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0]);
  });

  it('is refused, and left as it is, where others use it for something else', () => {
    const path = directoryOf(0o1777, ['something']);
    expect(() => secureDataDirectory(path)).toThrow(DataDirectoryError);
    expect(() => secureDataDirectory(path)).toThrow(/read by other users \(mode 1777\).*NIGHTSHIFT_DATA/s);
    expect(modeOf(path)).toBe('1777');
  });

  it('stays what it is where nobody else can read it', () => {
    const path = directoryOf(0o700, ['something']);
    secureDataDirectory(path);
    expect(modeOf(path)).toBe('700');
  });
});

/** Every path below a directory, with what its file holds. */
function contentOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => [name, join(directory, name)] as const)
    .map(([name, path]) => `${name} ${lstatSync(path).isFile() ? readFileSync(path, 'base64') : ''}`)
    .sort();
}

/** Starts a server and reads its database, and expects both to say the same and to leave everything as it is. */
async function expectRefusal(dataDir: string, sentence: RegExp, around = dataDir): Promise<void> {
  const before = contentOf(around);
  for (const args of [['up'], ['db', 'status'], ['db', 'migrate'], ['runs']]) {
    const { code, stderr, stdout } = await cli(args, tempDir(), { NIGHTSHIFT_DATA: dataDir, PORT: '0' });
    expect(stderr).toMatch(sentence);
    // Where it takes long, what it does is told first.
    expect(stderr).toMatch(/^(?:Starting a server for this command …\n)?error: .*\n$/);
    expect([code, stdout]).toEqual([1, '']);
  }
  expect(contentOf(around)).toEqual(before);
}

describe('A data directory that cannot be used', () => {
  it('is a file, or lies below one', async () => {
    const above = tempDir();
    writeFileSync(join(above, 'data'), 'text');
    await expectRefusal(join(above, 'data'), /The data directory .*data is a file\./, above);
    const below = join(above, 'data', 'below');
    expect(() => secureDataDirectory(below)).toThrow(/a part of its path is a file/);
    symlinkSync(join(above, 'nothing'), join(above, 'link'));
    expect(() => secureDataDirectory(join(above, 'link'))).toThrow(/it is a link to nothing/);
    expect(readdirSync(above).sort()).toEqual(['data', 'link']);
  });

  it('has files of something else in the place of the database', async () => {
    const dataDir = directoryOf(0o700);
    mkdirSync(join(dataDir, 'pgdata'));
    writeFileSync(join(dataDir, 'pgdata', 'postgresql.conf'), '');
    await expectRefusal(dataDir, /pgdata has files but no PG_VERSION/);
  });

  it('has a file in the place of the database', async () => {
    const dataDir = directoryOf(0o700, ['pgdata']);
    expect(() => openDatabaseFiles(dataDir)).toThrow(/pgdata is a file/);
  });

  it('has a database of another version of PostgreSQL', async () => {
    const dataDir = directoryOf(0o700);
    mkdirSync(join(dataDir, 'pgdata'));
    writeFileSync(join(dataDir, 'pgdata', 'PG_VERSION'), '17\n');
    const before = contentOf(dataDir);
    for (const readOnly of [false, true])
      await expect(openDatabase({ dataDir }, { readOnly })).rejects.toThrow(
        /is a database of PostgreSQL 17, but this Nightshift embeds 18\./,
      );
    expect(contentOf(dataDir)).toEqual(before);
  });

  it('is on a file system that is read-only', () => {
    const above = tempDir();
    const script = `mount -t tmpfs none "$1/mnt" && mkdir -m 700 "$1/mnt/data" && mount -o remount,ro "$1/mnt" &&
      for name in data new; do NIGHTSHIFT_DATA="$1/mnt/$name" "$0" orchestrator/nightshift.mjs up; echo "code $?"; done`;
    mkdirSync(join(above, 'mnt'));
    const args = ['--mount', 'sh', '-c', `exec 2>&1; ${script}`, process.execPath, above];
    const { stdout } = spawnSync('unshare', args, { encoding: 'utf8' });
    if (/unshare|mount:/.test(stdout)) return;
    expect(stdout.match(/its file system is read-only\..*\ncode 1\n/g)).toHaveLength(2);
  });

  it('is on a file system that keeps no modes', () => {
    const above = tempDir();
    const dataDir = join(above, 'data');
    mkdirSync(dataDir, { mode: 0o755 });
    if (spawnSync('chattr', ['+i', dataDir]).status !== 0) return;
    onTestFinished(() => void spawnSync('chattr', ['-i', dataDir]));
    expect(() => secureDataDirectory(dataDir)).toThrow(
      /its file system has no permissions \(exFAT, for example\)\. Nothing was changed/,
    );
    spawnSync('chattr', ['-i', dataDir]);
    expect(modeOf(dataDir)).toBe('755');
  });

  it('leaves none of the directories that were made on the way to it', () => {
    const above = tempDir();
    writeFileSync(join(above, 'file'), '');
    expect(() => secureDataDirectory(join(above, 'file', 'a', 'b'))).toThrow(DataDirectoryError);
    expect(() => secureDataDirectory(join(above, 'one', 'x'.repeat(300)))).toThrow(DataDirectoryError);
    expect(readdirSync(above)).toEqual(['file']);
  });
});

describe('The embedded database', () => {
  it('is of the version that its files name', () => {
    const version = readFileSync(
      join(inject('testDatabases').pgliteTemplate, 'pgdata', 'PG_VERSION'),
      'utf8',
    );
    expect(version.trim()).toBe(embeddedVersion);
  });

  it('is made again where its first start was cut off, and not where it was made', async () => {
    const dataDir = directoryOf(0o700);
    const cut = openDatabaseFiles(dataDir);
    writeFileSync(join(cut.directory, 'postgresql.conf'), 'half of');
    expect(() => requireDatabaseFiles(dataDir)).toThrow(DatabaseMissingError);
    const db = await openDatabase({ dataDir });
    await db.prisma.run.create({ data: { runId: 'kept' } });
    await db.close();
    expect(existsSync(join(dataDir, 'pgdata.making'))).toBe(false);
    const again = await openDatabase({ dataDir });
    expect(await again.prisma.run.count()).toBe(1);
    await again.close();
    rmSync(join(dataDir, 'pgdata'), { recursive: true });
  });

  it.each([
    ['in its place', (directory: string) => rmSync(directory, { recursive: true })],
    ['over it', (directory: string) => writeFileSync(join(directory, 'global'), 'half of')],
  ])('is kept where a backup was put %s after a first start that was cut off', async (_, prepare) => {
    const from = directoryOf(0o700);
    copyFiles(inject('testDatabases').pgliteTemplate, from);
    const backup = await openDatabase({ dataDir: from });
    await backup.prisma.run.create({ data: { runId: 'kept' } });
    await backup.close();
    const dataDir = directoryOf(0o700);
    const cut = openDatabaseFiles(dataDir);
    prepare(cut.directory);
    rmSync(join(cut.directory, 'global'), { force: true });
    cpSync(join(from, 'pgdata'), cut.directory, { recursive: true, preserveTimestamps: true });
    expect(() => requireDatabaseFiles(dataDir)).not.toThrow();
    const db = await openDatabase({ dataDir });
    expect(await db.prisma.run.count()).toBe(1);
    await db.close();
    expect(existsSync(join(dataDir, 'pgdata.making'))).toBe(false);
    for (const made of [from, dataDir]) rmSync(join(made, 'pgdata'), { recursive: true });
  });
});
