import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { cli } from '../orchestrator/support/cli.ts';
import { newDatabase } from '../support/newDatabase.ts';
import { tempDir } from '../support/tempDir.ts';

/** A directory with a plan of one step. */
function directoryWithPlan(): string {
  const directory = tempDir();
  writeFileSync(
    join(directory, 'nightly.plan.mjs'),
    `export default { steps: [{ task: 'a', cmd: ['true'] }] };`,
  );
  return directory;
}

const starts = [['up'], ['run'], ['start', 'nightly'], ['db', 'migrate']];

describe('A database with tables of something else', () => {
  it('is refused before anything is made, by every command that would make its tables', async () => {
    const { url, query, tables } = await newDatabase();
    await query('CREATE TABLE users (id int); CREATE TABLE orders (id int); CREATE TABLE runs (id int)');
    const before = await tables();
    for (const args of starts) {
      const directory = directoryWithPlan();
      const { code, stderr } = await cli(args, directory, { DATABASE_URL: url, PORT: '0' });
      expect(stderr).toContain('has tables of another program: public.orders, public.runs, public.users.');
      expect(stderr).toContain('?schema=nightshift');
      expect(stderr).toContain('nightshift db migrate --yes');
      expect(code).toBe(1);
      expect(readdirSync(directory)).toEqual(['nightly.plan.mjs']);
    }
    // What only acts on what is there makes none, whatever else the database holds.
    const directory = directoryWithPlan();
    const { code, stderr } = await cli(['approve', '1', '--yes'], directory, { DATABASE_URL: url });
    expect([code, stderr]).toEqual([1, expect.stringContaining('has no Nightshift tables')]);
    expect(readdirSync(directory)).toEqual(['nightly.plan.mjs']);
    expect(await tables()).toEqual(before);
  });

  it('is refused where they are in another schema, or belong to a queue', async () => {
    const { url, query } = await newDatabase();
    await query('CREATE SCHEMA pgboss; CREATE TABLE pgboss.job (id int)');
    await expect(openDatabase({ url })).rejects.toThrow('of another program: pgboss.job.');
  });

  it('takes them beside its own once that was said', async () => {
    const { url, query, tables } = await newDatabase();
    await query('CREATE TABLE users (id int)');
    const { code, stderr } = await cli(['db', 'migrate', '--yes'], tempDir(), { DATABASE_URL: url });
    expect([code, stderr]).toEqual([0, '']);
    expect(await tables()).toEqual(expect.arrayContaining(['public.agents_tasks', 'public.users']));
    await (await openDatabase({ url })).close();
  });

  it('leaves tables of an extension out, which belong to the database', async () => {
    const { url, query } = await newDatabase();
    await query('CREATE TABLE of_extension (id int); ALTER EXTENSION plpgsql ADD TABLE of_extension');
    await (await openDatabase({ url })).close();
  });

  it('of Prisma as well, whose history is none of ours, is refused whatever was said', async () => {
    const { url, query, tables } = await newDatabase();
    await query(
      `CREATE TABLE _prisma_migrations (id text, migration_name text, checksum text, finished_at timestamptz,
        rolled_back_at timestamptz, started_at timestamptz);
      INSERT INTO _prisma_migrations VALUES ('1', '20240101_init', 'x', now(), null, now())`,
    );
    for (const besideOthers of [false, true])
      await expect(openDatabase({ url }, { besideOthers })).rejects.toThrow(
        /table _prisma_migrations has migrations of another program, such as 20240101_init.*\?schema=nightshift/,
      );
    expect(await tables()).toEqual(['public._prisma_migrations']);
  });
});

describe('A schema of its own', () => {
  it('holds everything, the queue in another beside it, and other programs of the database see nothing of it', async () => {
    const { url, query, tables } = await newDatabase();
    await query('CREATE TABLE runs (id int); CREATE TABLE _prisma_migrations (migration_name text)');
    await query(`INSERT INTO _prisma_migrations VALUES ('20240101_init')`);
    const DATABASE_URL = `${url}?schema=nightshift`;
    const directory = directoryWithPlan();
    const { code, stderr } = await cli(['run'], directory, { DATABASE_URL });
    expect(stderr).toContain('succeeded');
    expect(code).toBe(0);
    const schemas = new Set((await tables()).map((name) => name.split('.')[0]));
    expect(schemas).toEqual(new Set(['nightshift', 'nightshift_pgboss', 'public']));
    expect((await tables()).filter((name) => name.startsWith('public.'))).toEqual([
      'public._prisma_migrations',
      'public.runs',
    ]);
    const runs = await cli(['runs', '-o', 'json'], directory, { DATABASE_URL });
    expect(JSON.parse(runs.stdout)).toHaveLength(1);
    expect((await cli(['db', 'status'], directory, { DATABASE_URL })).code).toBe(0);
    expect((await cli(['runs'], directory, { DATABASE_URL: url })).code).toBe(1);
  });

  it('that holds something else is refused too', async () => {
    const { url, query } = await newDatabase();
    await query('CREATE SCHEMA app; CREATE TABLE app.users (id int)');
    await expect(openDatabase({ url: `${url}?schema=app` })).rejects.toThrow(
      'of another program: app.users.',
    );
    await (await openDatabase({ url: `${url}?schema=nightshift` })).close();
    await (await openDatabase({ url: `${url}?schema=nightshift` })).close();
  });

  it('has a name that can be written as it stands', async () => {
    const { code, stderr } = await cli(['up'], tempDir(), {
      DATABASE_URL: 'postgresql://ann:secret@127.0.0.1:1/app?schema=Night%22shift',
    });
    expect(stderr).toContain('DATABASE_URL: expected ?schema= with at most 40 small letters');
    expect(stderr).not.toContain('secret');
    expect(code).toBe(2);
  });
});
