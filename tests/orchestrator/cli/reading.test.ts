import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { MIGRATIONS_DIR } from '../../../database/migrationFiles.ts';
import { describeOnEither, useDatabase } from '../../support/databases.ts';
import { isFullForm } from '../../support/form.ts';
import { newDatabase } from '../../support/newDatabase.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cli, startCli } from '../support/cli.ts';
import { cliHere, ownServer } from '../support/cliHere.ts';
import { putDatabase } from '../support/putDatabase.ts';

const reading = [
  ['runs'],
  ['trends'],
  ['list'],
  ['view', '1'],
  ['view', 'nightly-1'],
  ['watch', 'nightly-1'],
  ['audit'],
  ['schedule'],
  ['deliveries'],
  ['approvals'],
  ['keys', 'list'],
];

/** Commands that change what is there, and have nothing to change where nothing has run. */
const acting = [
  ['approve', '1', '-y'],
  ['reject', '1', '-y'],
  ['cancel', '1', '-y'],
  ['cancel', 'nightly-1', '-y'],
  ['retry', '1'],
  ['drain', 'w1'],
  ['redeliver', '0b6d7a1e-5c1f-4f0e-9d52-3f2f6f1f7c11'],
  ['plan', 'pause', 'nightly'],
  ['plan', 'resume', 'nightly'],
  ['plan', 'retire', 'nightly'],
  ['plan', 'trust', 'nightly', 'github.com/acme/site'],
  ['plan', 'list'],
  ['prune', '--older-than', '90d', '-y'],
  ['start', 'nightly'],
  ['keys', 'create', '--name', 'ci', '--scopes', 'read'],
  ['keys', 'rotate', 'ci'],
  ['keys', 'revoke', 'ci'],
];

/** The program's migrations without the last one. */
function olderMigrations(): string {
  const directory = join(tempDir(), 'migrations');
  cpSync(MIGRATIONS_DIR, directory, { recursive: true });
  const names = readdirSync(directory).filter((name) => /^\d/.test(name));
  rmSync(join(directory, names.sort().at(-1) ?? ''), { recursive: true });
  return directory;
}

/** The variables by which a command finds a database. */
const variablesOf = (config: { url: string } | { dataDir: string }): Record<string, string> =>
  'url' in config ? { DATABASE_URL: config.url } : { NIGHTSHIFT_DATA: config.dataDir };

/** Runs a command within this process, with servers of this computer as `nightshift` has them. */
function here(args: readonly string[], cwd: string, variables: Record<string, string> = {}) {
  return cliHere(args, cwd, { variables, gateway: ownServer(cwd, variables) });
}

/** Runs commands and gives how they ended: one of a kind as a process, which is what people run. */
async function runAll(
  commands: string[][],
  variables: Record<string, string>,
  cwd: string,
  asProcesses = ['runs', 'approve'],
) {
  const ends = [];
  for (const args of commands)
    ends.push(await (asProcesses.includes(args[0] ?? '') ? cli : here)(args, cwd, variables));
  return ends;
}

describe('A command that reads', () => {
  it('makes nothing in a directory where nothing has run, and says so', async () => {
    const cwd = tempDir();
    for (const { code, stdout, stderr } of await runAll(reading, {}, cwd)) {
      expect(stderr).toMatch(
        /^(?:Starting a server for this command …\n)?error: There is no Nightshift database in .*\.nightshift.*\n$/,
      );
      expect([code, stdout]).toEqual([1, '']);
    }
    const status = await cli(['db', 'status', '-o', 'json'], cwd);
    expect(status.code).toBe(1);
    expect(new Set(JSON.parse(status.stdout).map(({ state }: { state: string }) => state))).toEqual(
      new Set(['pending']),
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each(acting)(
    'is not alone in making nothing there: %s %s %s',
    async (...args: (string | undefined)[]) => {
      const cwd = tempDir();
      const words = args.filter((word): word is string => word !== undefined);
      const [end] = await runAll([words], {}, cwd);
      const { code, stdout, stderr } = end ?? expect.fail();
      expect(stderr).toMatch(
        /^(?:Starting a server for this command …\n)?error: There is no Nightshift database in .* this command does not create one\. .*\n$/,
      );
      expect([code, stdout]).toEqual([1, '']);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it('makes nothing in a PostgreSQL database that has nothing of Nightshift', async () => {
    const { url, tables, query } = await newDatabase();
    await query('CREATE TABLE users (id int)');
    const cwd = tempDir();
    for (const { code, stderr } of await runAll(
      [['runs'], ['view', '1'], ['approve', '1', '-y'], ['plan', 'pause', 'nightly']],
      { DATABASE_URL: url },
      cwd,
    )) {
      expect(stderr).toContain(
        'The database has no Nightshift tables, and this command does not create them.',
      );
      expect(code).toBe(1);
    }
    expect((await cli(['db', 'status'], cwd, { DATABASE_URL: url })).code).toBe(1);
    expect(await tables()).toEqual(['public.users']);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

for (const kind of ['pglite', 'postgres'] as const) {
  describe(`A command that reads a database that is there (${kind})`, () => {
    const database = useDatabase(kind);

    it('reads it without a server, and changes nothing', async () => {
      const config = await database.createFresh();
      const cwd = tempDir();
      // Each start of the embedded database takes a while.
      const commands = kind === 'pglite' ? [['runs'], ['view', '1']] : reading;
      const ends = await runAll(commands, variablesOf(config), cwd);
      const isFound = (name?: string) => name !== 'view' && name !== 'watch';
      expect(ends.map(({ code }) => code)).toEqual(commands.map(([name]) => (isFound(name) ? 0 : 1)));
      for (const [at, { stderr }] of ends.entries())
        if (!isFound(commands[at]?.[0])) expect(stderr).toMatch(/error: There is no (task|run) /);
      expect(readdirSync(cwd)).toEqual([]);
      if ('dataDir' in config) expect(readdirSync(config.dataDir)).not.toContain('key');
    });

    it('lets the database refuse every change', async () => {
      const db = await openDatabase(await database.createFresh(), { readOnly: true });
      try {
        await expect(db.query({ text: `INSERT INTO runs (run_id) VALUES ('r')` })).rejects.toThrow(
          /read-only/,
        );
        await expect(db.prisma.run.create({ data: { runId: 'r' } })).rejects.toThrow(/read-only/);
        await expect(
          db.transaction((tx) => tx.query({ text: `INSERT INTO runs (run_id) VALUES ('r')` })),
        ).rejects.toThrow(/read-only/);
      } finally {
        await db.close();
      }
    });

    // A first start of the embedded database takes long.
    if (kind === 'pglite' && !isFullForm) return;
    it('migrates nothing that an older program has left, and says how', async () => {
      const config =
        kind === 'pglite' ? { dataDir: join(tempDir(), 'data') } : { url: (await newDatabase()).url };
      const older = olderMigrations();
      await (await openDatabase(config, { migrationsDir: older })).close();
      const { code, stderr } = await cli(['runs'], tempDir(), variablesOf(config));
      expect(stderr).toContain('The database is older than this program: 1 migration is pending');
      expect(code).toBe(1);
      const after = await openDatabase(config, { migrate: false });
      const states = (await after.migrationStatus()).map(({ state }) => state);
      await after.close();
      expect(states.filter((state) => state === 'pending')).toHaveLength(1);
      expect((await cli(['db', 'migrate'], tempDir(), variablesOf(config))).code).toBe(0);
      expect((await here(['runs'], tempDir(), variablesOf(config))).code).toBe(0);
    });
  });
}

describeOnEither('Where no server and no worker runs', (database) => {
  it('commands say so of what nobody carries out, and a watch of it ends', async () => {
    const cwd = tempDir();
    const variables = variablesOf(await database.createFresh());
    const steps = [
      { task: 'a', cmd: ['true'], gate: true },
      { task: 'b', cmd: ['true'] },
      { task: 'c', cmd: ['true'], needs: ['b'] },
    ];
    writeFileSync(join(cwd, 'nightly.plan.mjs'), `export default ${JSON.stringify({ steps })};`);
    const run = (...args: string[]) => here(args, cwd, variables);
    const started = await run('start', '--run-id', 'open');
    expect(started.stderr).toContain('Task 2 waits for a worker: no worker is running. Start one with');
    const approved = await run('approve', '1', '--yes');
    expect(approved.stdout).toContain('1 a of open: queued');
    expect(approved.stderr).toContain('Task 1 and 1 more wait for a worker: no worker is running. Start');
    expect((await run('view', '1')).stdout).toMatch(/^Waits for: +a worker; no worker is running$/m);
    expect((await run('view', 'open')).stdout).toMatch(/^1\ta\tqueued\t.*\tno worker is running$/m);
    const watched = await cli(['watch', 'open'], cwd, variables);
    expect(watched.stderr).toMatch(
      /Run open is not finished.*, and no server is running here: start "nightshift up"/,
    );
    expect(watched.stderr.includes('(1 a and 1 more wait for a worker: no worker is running)')).toBe(
      'DATABASE_URL' in variables,
    );
    expect(watched.code).toBe(1);
  });
});

describe('A watch where no server runs', () => {
  const database = useDatabase('postgres');

  it('ends as soon as what runs has lost its worker, and no sooner', async () => {
    const cwd = tempDir();
    const config = await database.createFresh();
    const variables = variablesOf(config);
    const steps = [
      { task: 'a', cmd: ['true'] },
      { task: 'b', cmd: ['true'], needs: ['a'] },
    ];
    writeFileSync(join(cwd, 'nightly.plan.mjs'), `export default ${JSON.stringify({ steps })};`);
    expect((await here(['start', '--run-id', 'open'], cwd, variables)).code).toBe(0);
    const db = await openDatabase(config);
    onTestFinished(() => db.close());
    await db.query({
      text: `UPDATE agents_tasks SET status = 'running', started_at = now() WHERE task = 'a'`,
    });
    await db.query({
      text: `INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at)
        SELECT gen_random_uuid(), id, 1, 'w', gen_random_uuid(), now() + interval '1 hour' FROM agents_tasks WHERE task = 'a'`,
    });
    const watching = startCli(['watch', 'open'], cwd, variables);
    await watching.printed('1 a started');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(watching.child.exitCode).toBeNull();
    await db.query({ text: `UPDATE task_attempts SET lease_expires_at = now() - interval '1 hour'` });
    const { code, stderr } = await watching.finished;
    expect(stderr).toContain(
      'Run open is not finished (1 a has lost its worker), and no server is running here:',
    );
    expect(code).toBe(1);
  });
});

describe('A command that reads an embedded database', () => {
  it('lets others read it and change it after it, and says what nobody goes on with', async () => {
    const cwd = tempDir();
    await putDatabase(cwd);
    const plan = { steps: [{ task: 'a', cmd: ['true'] }] };
    writeFileSync(join(cwd, 'nightly.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    expect((await here(['start', '--run-id', 'open'], cwd)).code).toBe(0);
    const watched = await cli(['watch', 'open'], cwd);
    expect(watched.stderr).toContain(
      'Run open is not finished, and no server is running here: start "nightshift up"',
    );
    expect(watched.code).toBe(1);

    const commands = [['runs'], ['list'], ['cancel', 'open', '--yes']];
    const ends = await Promise.all(commands.map((args) => cli(args, cwd)));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await here(['watch', 'open'], cwd)).stdout).toContain('1 a skipped');
  });

  it('leaves a directory that is open to others as it is', async () => {
    const dataDir = join(tempDir(), 'data');
    cpSync(inject('testDatabases').pgliteTemplate, dataDir, { recursive: true });
    mkdirSync(join(dataDir, 'reports'));
    writeFileSync(join(dataDir, 'nightshift.lock'), '');
    chmodSync(dataDir, 0o755);
    const { code, stderr } = await cli(['runs'], tempDir(), { NIGHTSHIFT_DATA: dataDir });
    expect(stderr).toContain('can be read by other users (mode 0755)');
    expect(code).toBe(1);
    expect(statSync(dataDir).mode & 0o777).toBe(0o755);
  });
});
