import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { buildProgram } from '../../../orchestrator/cli/program.ts';
import { isFullForm } from '../../support/form.ts';
import { newDatabase } from '../../support/newDatabase.ts';
import { cli, startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { putDatabase } from '../support/putDatabase.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const say = fileURLToPath(new URL('../../fixtures/commands/say.mjs', import.meta.url));
const pull = 'https://github.com/user/repo/pull/123';
const root = mkdtempSync(join(tmpdir(), 'nightshift-cli-'));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

let places = 0;
/** A directory with a plan, in which commands speak to the test's server. */
function place(steps: [task: string, ...args: string[]][], name = `p${places}`) {
  const directory = join(root, String(places++));
  mkdirSync(directory);
  const plan = {
    schedule: '30 2 * * *',
    steps: steps.map(([task, ...args]) => ({ task, cmd: ['node', [say, ...args]] })),
  };
  writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify(plan)};`);
  const run = (...args: string[]) => cliHere(args, directory, { variables: { API_BASE: server.url } });
  return { directory, name, run };
}

/** The paths of all commands, as they are typed. */
async function everyCommand(): Promise<string[]> {
  const paths = (command: Command, before: string): string[] => [
    `${before}${command.name()}`,
    ...command.commands.flatMap((one) => paths(one as Command, `${before}${command.name()} `)),
  ];
  return paths(await buildProgram({} as CliContext, '0'), '');
}

const commandPaths = await everyCommand();

describe('nightshift', () => {
  it('refuses to run with a key that the server refuses, before any step begins', async () => {
    const { directory, name } = place([['a', 'x']]);
    const keyed = await startTestServer({ ADMIN_API_KEY: 'the-key-of-the-administrator' });
    const variables = { API_BASE: keyed.url, API_KEY: 'wrong' };
    const refused = await cliHere(['run', name], directory, { variables });
    await keyed.close();
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/refuses the run: .*API_KEY/s);
    expect(readdirSync(directory).filter((file) => file.startsWith('orchestration-'))).toEqual([]);
  });

  it('gives GitHub Actions the annotations of a step, no other commands of it, and a job summary', async () => {
    const annotation = '::error file=a.js,line=1::no semicolon';
    const { directory, name } = place([['lint', annotation, '::add-path::/tmp/evil', 'exit=1']]);
    const summary = join(directory, 'summary.md');
    const variables = { API_BASE: server.url, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { code, stderr } = await cliHere(['run', name], directory, { variables });
    expect(code).toBe(1);
    const commands = stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(commands).toEqual([annotation]);
    expect(readFileSync(summary, 'utf8')).toMatch(/\| lint \| failed \| .* \| exit code 1 \|/);
  });

  it('applies migrations and says which are applied', async () => {
    const { directory } = place([['a', 'x']]);
    const where: Record<string, string> = isFullForm ? {} : { DATABASE_URL: (await newDatabase()).url };
    const before = await cli(['db', 'status', '-o', 'json'], directory, where);
    expect(before.code).toBe(1);
    expect(JSON.parse(before.stdout)[0]).toMatchObject({ name: '0001_tasks', state: 'pending' });
    expect(await cli(['db', 'migrate'], directory, where)).toMatchObject({ code: 0 });
    const after = await cli(['db', 'status', '-o', 'json'], directory, where);
    expect(after.code).toBe(0);
    expect(JSON.parse(after.stdout)[0]).toMatchObject({ name: '0001_tasks', state: 'applied' });
  });

  it('explains itself and every command, with examples and exit codes', async () => {
    const { run } = place([['a', 'x']]);
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Exit codes:');
    const commands = [
      'up',
      'run',
      'list',
      'runs',
      'view',
      'approvals',
      'approve',
      'reject',
      'cancel',
      'audit',
      'prune',
      'plan',
      'db',
    ];
    for (const command of commands) {
      const { code, stdout } = await cliHere([command, '--help'], root);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: nightshift ${command}`);
    }
  });

  it.each(commandPaths)('explains itself in lines of at most 80 columns: %s', async (path) => {
    const { code, stdout } = await cliHere([...path.split(' ').slice(1), '--help'], root);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: ${path}`));
    expect(stdout.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([]);
  });

  it.each([
    [['aprove'], /unknown command 'aprove'.*Did you mean approve\?/s],
    [['list', '--statos', 'x'], /unknown option '--statos'.*Did you mean --status\?/s],
    [['list', '--status', 'faild'], /got "faild"\. Did you mean "failed"\?/],
    [['list', '--since', 'tomorrow'], /Expected a time such as 2025-01-15.*got "tomorrow"/],
    [['approve', '7'], /Not a terminal: pass --yes to confirm/],
    [['cancel', '7'], /Not a terminal: pass --yes to confirm/],
    [
      ['approve', '7', '8', '-y', '--expected-head', 'a'.repeat(40)],
      /--expected-head works with one task only/,
    ],
    [['approve', 'seven'], /Expected a task ID.*got "seven"/],
    [['approve', '7', '--yes', '--expected-head', 'abc'], /--expected-head.*40 or 64 hexadecimal digits/],
    [['redeliver', 'abc'], /argument 'id'.*delivery ID, as "nightshift deliveries" shows it, got "abc"/],
    [['run', 'nowhere'], /No plan "nowhere" in .*looked for nowhere\.plan\.ts/],
    [['prune', '--older-than', '90d'], /Not a terminal: pass --yes to confirm/],
    [['prune'], /--before <time> or --older-than <duration>/],
  ])('refuses %j with exit code 2 and says what to do', async (args, message) => {
    const { code, stdout, stderr } = await cliHere(args, root);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names the argument or the option that the server refuses, and no field of the API', async () => {
    const { name, run } = place([['a', 'x']]);
    await run('run', name);
    const said = async (...args: string[]) => (await run(...args)).stderr;
    expect(await said('plan', 'trust', name, 'notarepo')).toMatch(
      /^error: origin must be .* got notarepo\.$/m,
    );
    expect(await said('plan', 'trust', 'teem', 'github.com/acme/site')).toMatch(
      /^error: There is no plan teem\b/m,
    );
    expect(await said('start', 'teem')).toMatch(/^error: There is no plan teem\b/m);
    expect(await said('start', name, '--run-id', '')).toMatch(/^error: --run-id must /m);
  });

  it('names the variable that is wrong', async () => {
    const variables = { API_BASE: 'localhost:8001', LOG_LEVEL: 'loud' };
    const result = await cliHere(['list'], root, { variables });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('API_BASE: expected an http(s) URL, got "localhost:8001"');
    expect(result.stderr).toContain('LOG_LEVEL: expected one of');
  });

  it('says what to do when the server cannot be reached', async () => {
    const { code, stderr } = await cli(['list'], root, { API_BASE: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1:9.*cannot be reached[\s\S]*set API_BASE/);
    expect(stderr).not.toContain('    at ');
  });
});

describe('nightshift run', () => {
  it('prints a line for each event on stderr and the table on stdout, and ends with the exit code of the run', async () => {
    const { directory, name } = place([
      ['seo.validate', pull],
      ['code.review', 'why it failed', 'exit=1'],
      ['dx.integrate', 'x'],
    ]);
    const { code, stdout, stderr } = await cli(['run', name], directory, { API_BASE: server.url });
    expect(code).toBe(1);
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'STEP',
      'seo.validate',
      'code.review',
      'dx.integrate',
      '',
    ]);
    expect(stdout).toContain(pull);
    expect(stderr).toMatch(/✖ code\.review failed in .*\(exit code 1\)[\s\S]*│ why it failed/);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('says of which steps nobody can approve what they make, before it runs them', async () => {
    const { directory, name, run } = place([]);
    const approval = { denySelf: true };
    const steps = [{ task: 'asks', cmd: ['node', [say, 'done']], approval }];
    writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify({ steps })};`);
    const { stderr } = await run('run', name);
    expect(stderr).toContain('Nobody can approve step asks: Only people can approve this. To let people');
  });

  it('ends with the command that approves what waits', async () => {
    const { name, run } = place([['asks', pull]]);
    const { stderr } = await run('run', name);
    expect(stderr).toMatch(/^1 task needs approval:\n {2}nightshift approve (\d+) +asks https:/m);
  });

  it('runs the chosen steps only, or none at all', async () => {
    const { name, run, directory } = place([
      ['a', 'x'],
      ['b', pull],
    ]);
    expect(await run('run', name, '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('b: node'),
    });
    expect(readdirSync(directory)).toEqual([`${name}.plan.mjs`]);
    const { code, stdout } = await run(
      'run',
      '--plan',
      `${name}.plan.mjs`,
      '--only',
      'b',
      '-o',
      'json',
      '--logs',
      'logs',
    );
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      exit_code: 3,
      steps: [{ task: 'b', status: 'awaiting_approval' }],
    });
    expect(readdirSync(join(directory, 'logs')).length).toBe(2);
    expect((await run('run', name, '--only', 'bb')).stderr).toContain('has no step "bb". Did you mean "b"?');
  });

  it('starts a server of its own when none runs, and leaves the history to the next command', async () => {
    const { directory, name } = place([['a', 'x']]);
    await putDatabase(directory);
    expect(await cli(['run', name], directory)).toMatchObject({ code: 0 });
    // The work tree has nothing but the data directory.
    expect(readdirSync(directory).sort()).toEqual(['.nightshift', `${name}.plan.mjs`]);
    expect(readdirSync(join(directory, '.nightshift', 'logs')).sort()).toEqual([
      expect.stringMatching(/^orchestration-.*\.json$/),
      expect.stringMatching(/^orchestration-.*\.log$/),
    ]);
    const { stdout } = await cli(['list', '-o', 'json'], directory);
    expect(JSON.parse(stdout)).toMatchObject([{ task: 'a', status: 'succeeded' }]);
  });
});

describe('nightshift list, view and decisions', () => {
  it('show tasks for people and programs, and decide once', async () => {
    const { name, run } = place([
      ['asks', pull],
      ['works', '=1+1'],
    ]);
    const { steps, run_id: runId } = JSON.parse((await run('run', name, '-o', 'json')).stdout);
    expect(steps).toHaveLength(2);

    const csv = (await run('list', '--run', runId, '-o', 'csv')).stdout.split('\r\n');
    expect(csv[0]).toMatch(/^id,task,run_id,status,started_at,finished_at,duration_ms,/);
    expect(csv).toHaveLength(4);
    const [newest] = JSON.parse(
      (await run('list', '-r', runId, '-s', 'awaiting_approval', '-o', 'json')).stdout,
    );
    expect(newest).toMatchObject({ task: 'asks', approval_state: 'pending' });

    expect((await run('view', runId)).stdout).toMatch(/1 succeeded, 1 awaiting approval/);
    expect((await run('approvals')).stdout).toMatch(/\tasks\t\S*p\d/);
    const id = String(newest.id);
    const approved = await run('approve', id, '-m', 'looked at it', '--yes');
    expect(approved).toMatchObject({ code: 0, stdout: `${id} asks of ${runId}: succeeded\n` });
    expect((await run('view', id)).stdout).toContain('Approval:      approved by local "looked at it"');
    const rejected = await run('reject', id, '--yes');
    expect(rejected.code).toBe(1);
    expect(rejected.stderr).toContain(`Could not reject task ${id}`);
    const audit = JSON.parse((await run('audit', '--task', id, '-o', 'json')).stdout);
    expect(audit).toMatchObject([
      { action: 'reject', outcome: 'refused', via: 'cli', viewer: 'local' },
      { action: 'approve', outcome: 'decided', via: 'cli', note: 'looked at it' },
    ]);
    const several = await run('approve', id, '99998', '99999', '--yes');
    expect(several.stdout).toBe(`${id} asks of ${runId}: succeeded\n`);
    expect(several.stderr).toMatch(/approve task 99998.*\n.*approve task 99999/);
    expect((await run('view', '99999')).stderr).toContain('There is no task 99999');
  });

  it('say of a run of which not all is shown how many tasks it has, and how to see more', async () => {
    const { run } = place([['a', 'x']]);
    for (const task of ['a', 'b', 'c'])
      await server.client.createTask({ task, runId: 'large', status: 'SUCCEEDED' });
    const { stdout, stderr } = await run('view', 'large', '--limit', '2');
    expect(stdout.match(/succeeded\t/g)).toHaveLength(2);
    expect(stderr).toContain('Showing 2 of its 3 tasks');
    expect(stderr).toContain('nightshift view large --limit 3');
    expect((await run('view', 'large')).stderr).toBe('');
    expect((await run('runs', '--limit', '1')).stderr).toContain('Showing only the newest one');
    const succeeded = await run('runs', '--status', 'succeeded', '--since', '1d');
    expect(succeeded.stdout).toContain('large');
    expect(
      (await run('runs', '--plan', 'none')).stdout + (await run('runs', '--plan', 'none')).stderr,
    ).toContain('No run matches.');
    expect((await run('list', '--text', 'LARGE')).stdout.match(/large\t/g)).toHaveLength(3);
    expect((await run('list', '--text', 'x')).stderr).toContain('at least 2 characters');
  });

  it('decide nothing that did not await approval when it was shown', async () => {
    const { directory } = place([['a', 'x']]);
    const make = async (status: 'RUNNING' | 'AWAITING_APPROVAL') =>
      expectType(await server.client.createTask({ task: 'a', runId: 'shown', status }), 'Task').databaseId;
    const [running, waiting] = [await make('RUNNING'), await make('AWAITING_APPROVAL')];
    const { code, stdout, stderr } = await cliHere(['approve', String(running), String(waiting)], directory, {
      variables: { API_BASE: server.url },
      columns: 200,
      types: [{ after: '[y/N] ', keys: 'y\n' }],
    });
    expect(stderr).toContain(
      `Could not approve task ${running}: it was not waiting for approval when it was shown`,
    );
    expect(stdout).toContain(`${waiting} a of shown: `);
    expect(code).toBe(1);
    expect((await server.tasksOf('shown')).map((task) => task?.status).sort()).toEqual([
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('end quietly when whoever reads their output stops', async () => {
    const { directory } = place([['a', 'x']]);
    const running = startCli(['list', '-o', 'json', '-n', '1000'], directory, { API_BASE: server.url });
    running.child.stdout.destroy();
    expect(await running.finished).toMatchObject({ code: 0, stderr: '' });
  });

  it('prune what is old and nothing else', async () => {
    const { run } = place([['a', 'x']]);
    const input = {
      task: 'old',
      runId: 'ancient',
      status: 'SUCCEEDED',
      startedAt: '2001-01-01T00:00:00Z',
    } as const;
    await server.client.createTask(input);
    expect((await run('prune', '--before', '2002-01-01', '--yes')).stdout).toBe('1 task deleted\n');
  });
});
