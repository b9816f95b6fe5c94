import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { cli } from '../orchestrator/support/cli.ts';
import { type NewDatabase, newDatabase } from '../support/newDatabase.ts';
import { tempDir } from '../support/tempDir.ts';

/** Makes a user who may do nothing in the database but sign in, and gives the name and the URL. */
async function newUser(database: NewDatabase): Promise<{ user: string; url: string }> {
  const user = `nightshift_${randomBytes(4).toString('hex')}`;
  await database.query(`CREATE ROLE ${user} LOGIN`);
  await database.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  onTestFinished(async () => {
    await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  });
  const url = new URL(database.url);
  url.username = user;
  return { user, url: url.href };
}

/** Does what a refusal tells the owner to do. */
async function grantAsTold(database: NewDatabase, text: string): Promise<void> {
  const told = text.split('\n').flatMap((line) => /: ((?:GRANT|ALTER) .*)$/.exec(line)?.[1] ?? []);
  expect(told.length).toBeGreaterThan(0);
  for (const statement of told) await database.query(statement);
}

describe('A start without the rights that it needs', () => {
  it('names each of them with what gives it, makes nothing, and succeeds once they are given', async () => {
    const database = await newDatabase();
    const { user, url } = await newUser(database);
    const first = await cli(['db', 'migrate'], tempDir(), { DATABASE_URL: url });
    expect(first.code).toBe(1);
    expect(first.stderr).toContain(`error: The user ${user} lacks rights in the database ${database.name}.`);
    expect(first.stderr).toContain(`USAGE on the schema public: GRANT USAGE ON SCHEMA "public" TO "${user}"`);
    expect(first.stderr).toContain('CREATE on the schema public');
    expect(first.stderr).toContain('CREATE on the database, for the schema pgboss');
    expect(await database.tables()).toEqual([]);
    await grantAsTold(database, first.stderr);
    const second = await cli(['db', 'migrate'], tempDir(), { DATABASE_URL: url });
    expect([second.code, second.stderr]).toEqual([0, '']);
  });

  it('names the tables and sequences that somebody else made', async () => {
    const database = await newDatabase();
    await (await openDatabase({ url: database.url })).close();
    const { user, url } = await newUser(database);
    await database.query(
      `GRANT USAGE ON SCHEMA public TO ${user}; GRANT CREATE ON DATABASE ${database.name} TO ${user}`,
    );
    expect(await messageOf(url)).toContain('SELECT, INSERT on the table decisions');
    await database.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user}`);
    const text = await messageOf(url);
    expect(text).toMatch(/\n {2}INSERT, UPDATE, DELETE on the table agents_tasks: GRANT /);
    expect(text).toMatch(/\n {2}and \d+ more$/);
    await database.query(`GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${user}`);
    const sequences = await messageOf(url);
    expect(sequences).toContain(
      'USAGE on the sequence agents_tasks_id_seq: GRANT USAGE ON SEQUENCE agents_tasks_id_seq',
    );
    await grantAsTold(database, sequences);
    expect(await messageOf(url)).toBe('');
  });

  it('names a schema of its own that it may not make', async () => {
    const database = await newDatabase();
    const { url } = await newUser(database);
    expect(await messageOf(`${url}?schema=nightshift`)).toContain(
      'CREATE on the database, for the schemas nightshift and nightshift_pgboss',
    );
  });

  it('says that the database takes no changes', async () => {
    const database = await newDatabase();
    await database.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only TO on`);
    expect(await messageOf(database.url)).toContain('is read-only, as a standby is');
  });

  it('needs nothing but to read where a command only reads', async () => {
    const database = await newDatabase();
    await (await openDatabase({ url: database.url })).close();
    const { user, url } = await newUser(database);
    await database.query(`GRANT USAGE ON SCHEMA public TO ${user}`);
    const refused = await cli(['runs'], tempDir(), { DATABASE_URL: url });
    expect(refused.stderr).toContain('SELECT on the table agents_tasks');
    const status = await cli(['db', 'status'], tempDir(), { DATABASE_URL: url });
    expect(status.stderr).toContain('SELECT on the table _prisma_migrations');
    await database.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user}`);
    expect((await cli(['runs'], tempDir(), { DATABASE_URL: url })).code).toBe(0);
  });
});

/** What a start says; nothing when it succeeds. */
async function messageOf(url: string): Promise<string> {
  try {
    await (await openDatabase({ url })).close();
    return '';
  } catch (error) {
    expect((error as Error).name).toBe('MissingRightsError');
    return (error as Error).message;
  }
}
