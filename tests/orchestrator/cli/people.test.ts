import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { signIn, tokenOf } from '../../support/people.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer } from '../support/server.ts';

describe('nightshift people', () => {
  const postgres = useFreshDatabases('postgres');

  /** Makes the first admin in the database itself, signs them in, and runs commands with their session. */
  async function begin() {
    const config = await postgres.createFresh();
    const DATABASE_URL = 'url' in config ? config.url : '';
    const directory = tempDir();
    mkdirSync(join(directory, 'data'));
    const bootstrap = (...args: string[]) =>
      cli(['people', 'role', ...args, '--bootstrap'], directory, {
        DATABASE_URL,
        NIGHTSHIFT_DATA: join(directory, 'data'),
      });
    const made = await bootstrap('ada@example.org', 'admin');
    expect(made).toMatchObject({ code: 0, stdout: 'ada@example.org is now: admin\n' });
    expect(made.stderr).toMatch(/^It is in the PostgreSQL database \S+ on \S+\.\n$/);
    const server = await startTestServer({ DATABASE_URL, NIGHTSHIFT_DATA: join(directory, 'other') });
    onTestFinished(() => server.close());
    const db = await openDatabase(config);
    onTestFinished(() => db.close());
    const token = await tokenOf({ db }, await signIn({ db }, 'ada@example.org'));
    const run = (...args: string[]) =>
      cliHere(['people', ...args], directory, { variables: { API_BASE: server.url, API_KEY: token } });
    return { db, run, bootstrap, server, directory };
  }

  it('lets people in, shows them, and removes them', async () => {
    const { db, run } = await begin();
    const invited = await run('role', 'ann@example.org', 'operator', 'approver@acme/site');
    expect(invited).toMatchObject({
      code: 0,
      stdout: 'ann@example.org is now: operator, approver@acme/site\n',
      stderr: 'They can sign in from now on.\n',
    });
    await signIn({ db }, 'bob@example.org', { grants: ['viewer'], subject: 'bob' });
    await run('role', 'bob@example.org', 'operator');
    const records = JSON.parse((await run('list', '-o', 'json')).stdout);
    expect(records).toMatchObject([
      {
        name: 'bob@example.org',
        state: 'active',
        roles: ['operator'],
        accounts: [
          { kind: 'issuer', subject: 'bob', name: 'bob@example.org', roles: ['viewer'], groups: [] },
        ],
        keys: 0,
        sessions: 0,
        removed_at: null,
      },
      { name: 'ann@example.org', state: 'invited', roles: ['operator', 'approver@acme/site'], accounts: [] },
      { name: 'ada@example.org', state: 'active', roles: ['admin'], sessions: 1 },
    ]);
    const table = (await run('list')).stdout;
    expect(table).toContain('operator, (viewer)');
    expect((await run('list', '-o', 'csv', '--role', 'approver')).stdout.split('\r\n')).toHaveLength(3);
    const newest = await run('list', '--limit', '1', '-o', 'json');
    expect(JSON.parse(newest.stdout)).toMatchObject([{ name: 'bob@example.org' }]);
    expect(newest.stderr).toContain('Showing only the newest one. Use --limit to see more.');
    const removed = await run('remove', 'ann@example.org');
    expect(removed).toMatchObject({ code: 0, stdout: 'Removed ann@example.org\n' });
    expect((await run('list', '--state', 'removed')).stdout).toContain('ann@example.org');
    expect(await run('role', 'bob@example.org', '--none')).toMatchObject({
      stdout: 'bob@example.org is now: without a role\n',
    });
  });

  it('links accounts that wait, and takes them away', async () => {
    const { db, run } = await begin();
    await signIn({ db }, 'bob@example.org', { grants: ['viewer'], subject: 'bob' });
    const second = { grants: ['viewer'], subject: 'second' };
    await expect(signIn({ db }, 'bob@example.org', second)).rejects.toThrow('link');
    expect((await run('list')).stderr).toContain('nightshift people list --waiting');
    const [waiting] = JSON.parse((await run('list', '--waiting', '-o', 'json')).stdout);
    expect(waiting).toMatchObject({
      name: 'bob@example.org',
      kind: 'issuer',
      subject: 'second',
      address: 'bob@example.org',
      likely_person: 'bob@example.org',
    });
    const table = (await run('list', '--waiting')).stdout;
    expect(table).toMatch(/ADDRESS OR LOGIN.*LIKELY PERSON/);
    expect(table).toMatch(/bob@example\.org\s+bob@example\.org/);
    const account = String(waiting.account);
    await expect(signIn({ db }, 'bob@example.org', { ...second, subject: 'third' })).rejects.toThrow('link');
    expect((await run('list', '--waiting', '-n', '1')).stderr).toContain('Use --limit to see more.');
    await db.query({ text: "DELETE FROM principals WHERE subject = 'third'" });
    expect(await run('link', account, 'bob@example.org')).toMatchObject({
      code: 0,
      stdout: `Linked bob@example.org (account ${account}, issuer) to bob@example.org\n`,
    });
    expect((await run('list', '--waiting')).stderr).toBe('No account waits to be linked.\n');
    expect((await run('unlink', account)).stdout).toBe(`Unlinked bob@example.org (account ${account})\n`);
  });

  it.each([
    [['role', 'ann@example.org', 'boss'], 2, 'Expected one of viewer, operator, approver, admin, got "boss"'],
    [['role', 'ann@example.org'], 2, 'Pass at least one role, or --none'],
    [['role', 'ann', 'viewer'], 1, 'person must be an address such as ann@example.org, or github:login'],
    [['role', 'ann@example.org', 'admin@acme/site'], 1, 'roles must be no project with the role admin'],
    [['remove', 'nobody@example.org'], 1, 'person must be a person that "nightshift people list" shows'],
    [['remove', 'ada@example.org'], 1, 'is the last admin among the people whom this server knows'],
    [['link', '99', 'ada@example.org'], 1, 'account must be an account that "nightshift people list" shows'],
    [['unlink', 'ada@example.org'], 1, 'it is about yourself. Another admin may do it.'],
  ])('refuses %j', async (args, code, message) => {
    const { run } = await begin();
    const refused = await run(...args);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).not.toMatch(/^ +at /m);
  });

  it('takes no role from a key that several may hold, but from whoever can write the database', async () => {
    const { server, directory, bootstrap, db } = await begin();
    const variables = { API_BASE: server.url, API_KEY: server.key };
    const refused = await cliHere(['people', 'role', 'ann@example.org', 'admin'], directory, { variables });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('nightshift people role ann@example.org <role> --bootstrap');
    const wrong = await bootstrap('ann', 'viewer');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('error: person must be an address such as ann@example.org');
    expect((await bootstrap('ada@example.org', 'viewer')).stderr).toContain('is the last admin');
    const text = `SELECT viewer_name(subject) AS subject, viewer_name(viewer) AS viewer, via FROM decisions WHERE action = 'set_role' AND outcome = 'done'`;
    expect(await db.query<object>({ text })).toEqual([
      { subject: 'ada@example.org', viewer: 'bootstrap', via: 'cli' },
    ]);
  });
});

describe('nightshift people role --bootstrap', () => {
  const databases = useFreshDatabases('pglite');

  it('makes the first admin in the embedded database', async () => {
    const config = await databases.createFresh();
    const NIGHTSHIFT_DATA = 'dataDir' in config ? config.dataDir : '';
    const made = await cli(['people', 'role', 'ann@example.org', 'admin', '--bootstrap'], tempDir(), {
      NIGHTSHIFT_DATA,
    });
    expect(made).toMatchObject({
      code: 0,
      stdout: 'ann@example.org is now: admin\n',
      stderr: `It is in the embedded database in ${NIGHTSHIFT_DATA}.\n`,
    });
    const db = await openDatabase(config);
    onTestFinished(() => db.close());
    expect(await signIn({ db }, 'ann@example.org')).toMatchObject({ label: 'ann@example.org' });
  });
});
