import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { isKeyText, prefixLength } from '../../../contract/keyText.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cli, startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const root = mkdtempSync(join(tmpdir(), 'nightshift-keys-'));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const run = (...args: string[]) => cliHere(args, root, { variables: { API_BASE: server.url } });
const runWith = (key: string, ...args: string[]) =>
  cliHere(args, root, { variables: { API_BASE: server.url, API_KEY: key } });

/** The key that a command printed, of which nothing else stands on stdout. */
function keyOn(stdout: string): string {
  const key = stdout.trimEnd();
  expect(stdout).toBe(`${key}\n`);
  expect(isKeyText(key)).toBe(true);
  return key;
}

describe('nightshift keys', () => {
  it('creates a key, prints it alone on stdout, and says beside it what it is for', async () => {
    const { code, stdout, stderr } = await run('keys', 'create', '--name', 'ci', '--scopes', 'report,read');
    expect(code).toBe(0);
    const key = keyOn(stdout);
    expect(stderr).toMatch(
      /Created the key of ci \(report, read\), which expires .+\. Save it now: it is not shown again\.\nEvery caller of this server needs a key now, to read as well\.\n$/,
    );
    expect(await runWith(key, 'list')).toMatchObject({ code: 0 });
    const refused = await runWith(key, 'keys', 'list');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('admin');
  });

  it('creates one as JSON, bounded, for ever', async () => {
    const bounds = ['--plan', 'nightly.*', '--plan', 'weekly', '--labels', 'linux', '--project', 'acme/site'];
    const args = ['--name', 'worker-1', '--scopes', 'work', '--expires', 'never', '-o', 'json', ...bounds];
    const { code, stdout, stderr } = await run('keys', 'create', ...args);
    expect([code, stderr]).toEqual([0, 'Every caller of this server needs a key now, to read as well.\n']);
    const { secret, ...rest } = JSON.parse(stdout);
    expect(isKeyText(secret)).toBe(true);
    const prefix = secret.slice(0, prefixLength);
    expect(rest).toEqual({ name: 'worker-1', prefix, scopes: ['work'], expires_at: null });
    const [listed] = JSON.parse((await run('keys', 'list', '-o', 'json')).stdout);
    expect(listed).toMatchObject({
      name: 'worker-1',
      prefix,
      state: 'active',
      scopes: ['work'],
      projects: ['acme/site'],
      plans: ['nightly.*', 'weekly'],
      labels: ['linux'],
      tasks: [],
      created_by: 'local',
      expires_at: null,
    });
    const table = (await run('keys', 'list')).stdout;
    expect(table).toContain(`${prefix}…`);
    expect(table).toContain('project acme/site; plan nightly.*, weekly; label linux');
    expect(table).not.toContain(secret);
  });

  it('rotates a key: the old one works on for a while, or not at all', async () => {
    const old = keyOn((await run('keys', 'create', '--name', 'rotated', '--scopes', 'read')).stdout);
    const next = keyOn((await run('keys', 'rotate', 'rotated')).stdout);
    for (const key of [old, next]) expect(await runWith(key, 'list')).toMatchObject({ code: 0 });
    const json = await run('keys', 'rotate', 'rotated', '--overlap', '0s', '--expires', '30d', '-o', 'json');
    const last = JSON.parse(json.stdout);
    expect(last).toMatchObject({ name: 'rotated', scopes: ['read'] });
    expect(await runWith(next, 'list')).toMatchObject({ code: 1 });
    expect(await runWith(last.secret, 'list')).toMatchObject({ code: 0 });
    const listed = JSON.parse((await run('keys', 'list', '--all', '-o', 'json')).stdout);
    const states = listed.filter(({ name }: { name: string }) => name === 'rotated');
    expect(states.map(({ state }: { state: string }) => state)).toEqual(['active', 'expired', 'replaced']);
  });

  it('revokes the keys of a service, or one by how it begins', async () => {
    const old = keyOn((await run('keys', 'create', '--name', 'gone', '--scopes', 'read')).stdout);
    const next = keyOn((await run('keys', 'rotate', 'gone')).stdout);
    const prefix = old.slice(0, prefixLength);
    const one = await run('keys', 'revoke', `${prefix}…`);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(new RegExp(`^Revoked the key of gone \\(${prefix}…\\) at .+\\n$`));
    const refused = await runWith(old, 'list');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`The key of gone (${prefix}…) was revoked at`);
    expect(await runWith(next, 'list')).toMatchObject({ code: 0 });
    expect((await run('keys', 'revoke', 'gone')).stdout.split('\n')).toHaveLength(3);
    expect(await runWith(next, 'list')).toMatchObject({ code: 1 });
    expect((await run('keys', 'list')).stdout).not.toContain(prefix);
  });

  it('generates a key that no server knows', async () => {
    const key = keyOn((await run('keys', 'generate')).stdout);
    expect(await runWith(key, 'list')).toMatchObject({ code: 1 });
  });

  it.each([
    [['create', '--scopes', 'read'], 2, 'Pass --name and --scopes, such as: nightshift keys create'],
    [['create', '--name', 'x'], 2, 'Pass --name and --scopes'],
    [['create', '--name', 'x', '--scopes', 'everything'], 2, '--scopes'],
    [['create', '--name', 'No Name', '--scopes', 'read'], 1, '--name must have 1 to 63 lower-case letters'],
    [
      ['create', '--name', 'x', '--scopes', 'admin', '--plan', 'p'],
      1,
      '--plan must be an empty list with the admin scope',
    ],
    [
      ['create', '--name', 'x', '--scopes', 'read', '--expires', 'soon'],
      2,
      'Expected a duration from 1m to 3650d, such as 24h or 90d, or never, got "soon"',
    ],
    [['create', '--name', 'x', '--scopes', 'read', '--expires', '1s'], 2, 'Expected a duration from 1m'],
    [['create', '--name', 'x', '--scopes', 'work', '--plan', ''], 1, '--plan must be at least one name'],
    [
      ['create', '--name', 'x', '--scopes', 'work', '--plan', 'acme/site:p'],
      1,
      '--plan must be the name of a plan',
    ],
    [['create', '--name', 'x', '--scopes', 'work', '--plan', 'n*y'], 1, '--plan must be the name of a plan'],
    [
      ['create', '--name', 'nsk_a', '--scopes', 'read'],
      1,
      '--name must be a name that does not begin as keys do',
    ],
    [['create', '--name', 'x', '--scopes', 'read', '--project', 'a b'], 1, '--project must'],
    [
      ['rotate', 'nobody'],
      1,
      '--name must be the name of a service with a key that is not revoked, got "nobody"',
    ],
    [['rotate', 'nobody', '--overlap', '100d'], 2, 'Expected a duration of at most 90d'],
    [['revoke', 'nobody'], 1, 'key must be the name of a service with a key'],
  ])('refuses %j and names the option', async (args, code, message) => {
    const refused = await run('keys', ...args);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).not.toMatch(/^ +at /m);
  });

  it('refuses a name that has a key', async () => {
    await run('keys', 'create', '--name', 'taken', '--scopes', 'read');
    const again = await run('keys', 'create', '--name', 'taken', '--scopes', 'read');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(
      '--name must be the name of a service without a key, got "taken", which has one.',
    );
  });

  it('stands in the record, which tells who may come in apart from tasks and plans', async () => {
    await run('keys', 'create', '--name', 'recorded', '--scopes', 'read');
    await server.client.createTask({ task: 'a', runId: 'audited', status: 'AWAITING_APPROVAL' });
    const [task] = await server.tasksOf('audited');
    await server.client.cancelTask({ databaseId: task?.databaseId ?? 0 });
    const actions = async (...args: string[]) => {
      const rows = JSON.parse((await run('audit', '-o', 'json', ...args)).stdout);
      return new Set(rows.map(({ action }: { action: string }) => action));
    };
    const access = await actions('--kind', 'access');
    expect(access).toContain('create_key');
    expect(access).not.toContain('cancel');
    const work = await actions('--kind', 'work');
    expect(work).toContain('cancel');
    expect([...work].filter((action) => String(action).endsWith('_key'))).toEqual([]);
    expect(await run('audit', '--kind', 'other')).toMatchObject({ code: 2 });
  });

  it('stands in the record under the head of what it is: a task, or a subject', async () => {
    const headsOf = async (...args: string[]) => {
      const { stdout } = await run('audit', ...args);
      return stdout.split('\n')[0]?.split('\t').slice(1, 4);
    };
    await run('keys', 'create', '--name', 'headed', '--scopes', 'read');
    const { databaseId } = expectType(
      await server.client.createTask({ task: 'a', runId: 'headed', status: 'AWAITING_APPROVAL' }),
      'Task',
    );
    await server.client.cancelTask({ databaseId });
    expect(await headsOf()).toEqual(['TASK OR SUBJECT', 'RUN', 'ACTION']);
    expect(await headsOf('--kind', 'work')).toEqual(['TASK OR SUBJECT', 'RUN', 'ACTION']);
    expect(await headsOf('--task', String(databaseId))).toEqual(['TASK', 'RUN', 'ACTION']);
    expect(await headsOf('--kind', 'access')).toEqual(['SUBJECT', 'ACTION', 'OUTCOME']);
    expect(await headsOf('--action', 'create_key')).toEqual(['SUBJECT', 'ACTION', 'OUTCOME']);
    // Programs read the same columns as ever.
    const csv = (await run('audit', '--kind', 'access', '-o', 'csv')).stdout;
    expect(csv).toMatch(/^id,decided_at,task_id,subject,task,run_id,action,/);
  });
});

describe('nightshift keys create --bootstrap', () => {
  const databases = useFreshDatabases('pglite');
  const postgres = useFreshDatabases('postgres');

  it('makes the first key where no server runs, and others with a name of their own', async () => {
    const config = await databases.createFresh();
    const NIGHTSHIFT_DATA = 'dataDir' in config ? config.dataDir : '';
    const variables = { NIGHTSHIFT_DATA };
    const directory = tempDir();
    const first = await cli(['keys', 'create', '--bootstrap'], directory, variables);
    expect(first.stderr).toContain('Created the key of bootstrap (admin), which expires');
    const key = keyOn(first.stdout);
    expect(readFileSync(join(NIGHTSHIFT_DATA, 'closed'), 'utf8')).toContain('nobody comes in without a key');

    const again = await cli(['keys', 'create', '--bootstrap'], directory, variables);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toBe(
      'error: --name must be the name of a service without a key, got "bootstrap", which has one. Rotate that key, revoke it, or choose another name.\n',
    );
    const bad = await cli(['keys', 'create', '--bootstrap', '--expires', '1s'], directory, variables);
    expect(bad.stderr).toContain('Expected a duration from 1m to 3650d');
    expect(first.stderr).toContain(`It is in the embedded database in ${NIGHTSHIFT_DATA}.`);

    const args = ['keys', 'create', '--bootstrap', '--name', 'second', '--scopes', 'read', '-o', 'json'];
    const second = await cli([...args, '--expires', 'never'], directory, variables);
    expect(JSON.parse(second.stdout)).toMatchObject({ name: 'second', scopes: ['read'], expires_at: null });

    const up = startCli(['up', '--no-schedule', '--no-worker'], directory, {
      ...variables,
      PORT: '0',
      HOST: '0.0.0.0',
    });
    onTestFinished(() => void up.child.kill('SIGKILL'));
    await up.printed('Listening on');
    const shown = await cli(['keys', 'list', '-o', 'json'], directory, variables);
    expect(JSON.parse(shown.stdout).map(({ name }: { name: string }) => name)).toEqual([
      'second',
      'bootstrap',
    ]);

    // Beside it, only it can write its database.
    const beside = await cli(['keys', 'create', '--bootstrap', '--name', 'third'], directory, variables);
    expect(beside).toMatchObject({ code: 1, stdout: '' });
    expect(beside.stderr).toContain('is in use by process');
    expect(beside.stderr).toContain('\n  nightshift keys create --name third --scopes admin\n');
    const told = await cli(['keys', 'create', '--name', 'third', '--scopes', 'admin'], directory, variables);
    keyOn(told.stdout);
    up.child.kill('SIGTERM');
    await up.finished;
    expect(key).not.toBe('');
  });

  it('makes one beside a server on PostgreSQL, which takes it at once', async () => {
    const config = await postgres.createFresh();
    const directory = tempDir();
    mkdirSync(join(directory, 'data'));
    const DATABASE_URL = 'url' in config ? config.url : '';
    const running = await startTestServer({ DATABASE_URL, NIGHTSHIFT_DATA: join(directory, 'other') });
    onTestFinished(() => running.close());
    const variables = { DATABASE_URL, NIGHTSHIFT_DATA: join(directory, 'data') };
    const made = await cli(['keys', 'create', '--bootstrap'], directory, variables);
    const API_KEY = keyOn(made.stdout);
    const listed = await cli(['keys', 'list'], directory, { API_BASE: running.url, API_KEY });
    expect(listed).toMatchObject({ code: 0 });
    expect(listed.stdout).toContain('bootstrap');
  });
});
