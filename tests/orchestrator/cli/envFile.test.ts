import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { newDatabase } from '../../support/newDatabase.ts';
import { databaseUrl } from '../../support/postgresAdmin.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cli, startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { putDatabase } from '../support/putDatabase.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** A directory with a plan and files of variables. */
function directoryWith(files: Record<string, string>, step: object = {}): string {
  const directory = tempDir();
  const plan = { steps: [{ task: 'a', cmd: ['node', ['-p', 'JSON.stringify(process.env)']], ...step }] };
  writeFileSync(join(directory, 'nightly.plan.mjs'), `export default ${JSON.stringify(plan)};`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** As an earlier version has left it, which read all of `.env`. */
function useDirectory(directory: string): void {
  mkdirSync(join(directory, '.nightshift', 'reports'), { recursive: true, mode: 0o700 });
}

/** A server, so that a run needs none of its own. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Runs a command within this process, with that server unless something else is said. */
const here = (args: readonly string[], directory: string, variables: Record<string, string> = {}) =>
  cliHere(args, directory, { variables: { API_BASE: server.url, ...variables } });

const answer = { code: 2, stdout: '' };
const line =
  /^Not read from \.env: (.*)\. Nightshift only reads names that begin with NIGHTSHIFT_ from there/m;

/** Expects a stop that names the variables and the ways out, and no value. */
function expectStop(end: { code: number | null; stdout: string; stderr: string }, names: string): void {
  expect(end.stderr).toContain(`.env has variables that Nightshift does not read from there: ${names}.`);
  expect(end.stderr).toMatch(/NIGHTSHIFT_ENV_FILE=\.env/);
  expect(end.stderr).toMatch(
    /Rename them in \.env, such as NIGHTSHIFT_[A-Z_]+, or set them in \.env\.nightshift/,
  );
  expect(end.stderr + end.stdout).not.toContain('hunter2');
  expect(end).toMatchObject(answer);
}

describe('Variables of .env', () => {
  it('that only Nightshift reads stop every command before it makes anything', async () => {
    const directory = directoryWith({
      '.env': 'ADMIN_API_KEY=hunter2-hunter2-hunter2\nDATABASE_URL=mysql://hunter2\n',
    });
    const before = readdirSync(directory);
    const names = 'ADMIN_API_KEY, DATABASE_URL';
    for (const args of [['up'], ['run'], ['worker'], ['runs'], ['db', 'migrate'], ['approve', '1', '--yes']])
      expectStop(await cliHere(args, directory), names);
    expectStop(await cli(['up'], directory), names);
    expect(readdirSync(directory)).toEqual(before);
  });

  it('that Nightshift would read stop it where it has run before, until somebody has answered', async () => {
    const directory = directoryWith({ '.env': 'SLACK_WEBHOOK=https://hooks.example.org/hunter2\nOTHER=1\n' });
    useDirectory(directory);
    expectStop(await cliHere(['run'], directory), 'SLACK_WEBHOOK');
    expectStop(await cliHere(['runs'], directory, { variables: { SLACK_WEBHOOK: '' } }), 'SLACK_WEBHOOK');
    const dry = ['run', '--dry-run'];
    writeFileSync(join(directory, 'webhook'), 'https://hooks.example.org/other\n');
    const answers: Record<string, string>[] = [
      { SLACK_WEBHOOK: 'https://hooks.example.org/other' },
      { SLACK_WEBHOOK_FILE: 'webhook' },
      { NIGHTSHIFT_ENV_FILE: '.env' },
    ];
    for (const variables of answers)
      expect((await cliHere(dry, directory, { variables })).stderr).toBe(
        'nightly would run, in this order:\n',
      );
    writeFileSync(
      join(directory, '.env'),
      'NIGHTSHIFT_SLACK_WEBHOOK=https://hooks.example.org/x\nSLACK_WEBHOOK=y\n',
    );
    expect((await cliHere(dry, directory)).code).toBe(0);
    writeFileSync(join(directory, '.env'), 'SLACK_WEBHOOK=https://hooks.example.org/hunter2\n');
    expectStop(await cliHere(dry, directory), 'SLACK_WEBHOOK');
    writeFileSync(join(directory, '.env.nightshift'), '');
    expect(await cliHere(dry, directory)).toMatchObject({
      code: 0,
      stderr: 'nightly would run, in this order:\n',
    });
  });

  it('of another program are told in one line, now and later, and neither used nor touched', async () => {
    const { url, query, tables } = await newDatabase();
    await query('CREATE TABLE users (id int)');
    const directory = directoryWith({ '.env': `DATABASE_URL=${url}\nPORT=3000\nSECRET=hunter2\n` });
    for (const [run, args] of [
      [cli, ['run']],
      [cliHere, ['run', '--dry-run']],
    ] as const) {
      const { code, stderr } = await run(args, directory);
      expect(line.exec(stderr)?.[1]).toBe('PORT, DATABASE_URL');
      expect(stderr).not.toContain('hunter2');
      expect(code).toBe(0);
    }
    expect(await tables()).toEqual(['public.users']);
    expect(readFileSync(join(directory, '.nightshift', 'env-not-read'), 'utf8')).toBe('PORT\nDATABASE_URL\n');
    // What came later was never told.
    writeFileSync(join(directory, '.env'), `DATABASE_URL=${url}\nGITHUB_TOKEN=hunter2\n`);
    expectStop(await cliHere(['runs'], directory), 'GITHUB_TOKEN');
  });

  it('are missed once they were read for a time, though it was told before that they are not', async () => {
    const { url } = await newDatabase();
    const directory = directoryWith({ '.env': `DATABASE_URL=${url}\n` });
    expect(line.exec((await here(['run'], directory)).stderr)?.[1]).toBe('DATABASE_URL');
    expect((await here(['run'], directory, { NIGHTSHIFT_ENV_FILE: '.env' })).code).toBe(0);
    expectStop(await here(['runs'], directory), 'DATABASE_URL');
  });

  it('name a database of Nightshift, or one that cannot be asked, and stop it', async () => {
    const { serverUrl, postgresTemplate } = inject('testDatabases');
    const used = databaseUrl(serverUrl, postgresTemplate);
    for (const url of [used, 'postgresql://ann:hunter2@127.0.0.1:1/app']) {
      const directory = directoryWith({ '.env': `DATABASE_URL=${url}\n` });
      expectStop(await cliHere(['run'], directory), 'DATABASE_URL');
      expect(existsSync(join(directory, '.nightshift'))).toBe(false);
    }
    const others = directoryWith({ '.env': 'SLACK_WEBHOOK=hunter2\n' });
    expectStop(await cliHere(['up'], others, { variables: { DATABASE_URL: used } }), 'SLACK_WEBHOOK');
  });

  it('name a server of Nightshift, or one that does not answer, and stop it, and another one does not', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    const dry = ['run', '--dry-run'];
    for (const address of [server.url, 'http://127.0.0.1:1'])
      expectStop(await cliHere(dry, directoryWith({ '.env': `API_BASE=${address}\n` })), 'API_BASE');
    const { port } = other.address() as AddressInfo;
    for (const address of [`http://127.0.0.1:${port}`, '/api']) {
      const { code, stderr } = await cliHere(dry, directoryWith({ '.env': `API_BASE=${address}\n` }));
      expect([code, line.exec(stderr)?.[1]]).toEqual([0, 'API_BASE']);
    }
  });

  it.each([
    ['secrets', { secrets: ['DEPLOY_KEY'] }],
    ['env', { env: { DEPLOY_KEY: true } }],
    ['when.env', { when: { env: { DEPLOY_KEY: true } } }],
  ])('that the plan asks for in %s stop it', async (_what, step) => {
    const directory = directoryWith({ '.env': 'DEPLOY_KEY=hunter2\n' }, step);
    for (const args of [['run'], ['up'], ['worker'], ['plan', 'validate']])
      expectStop(await cliHere(args, directory), 'DEPLOY_KEY');
    expect(existsSync(join(directory, '.nightshift'))).toBe(false);
    writeFileSync(join(directory, '.env'), 'NIGHTSHIFT_DEPLOY_KEY=renamed\n');
    const { code } = await here(['run'], directory);
    expect(code).toBe(0);
  });

  it('reach the steps that ask for them, and runners, where all of it is read', async () => {
    const step = { secrets: ['DEPLOY_KEY'] };
    const directory = directoryWith({ '.env': 'DEPLOY_KEY=abc-from-the-file\nGITHUB_TOKEN=x\n' }, step);
    const script =
      'console.log(process.env.DEPLOY_KEY === "abc-from-the-file", process.env.NIGHTSHIFT_ENV_FILE)';
    const plan = { steps: [{ task: 'a', cmd: ['node', ['-e', script]], ...step }] };
    writeFileSync(join(directory, 'nightly.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    expect((await cli(['run'], directory, { API_BASE: server.url, NIGHTSHIFT_ENV_FILE: '.env' })).code).toBe(
      0,
    );
    const logs = join(directory, '.nightshift', 'logs');
    const [log = ''] = readdirSync(logs).filter((name) => name.endsWith('.log'));
    expect(readFileSync(join(logs, log), 'utf8')).toContain(`true ${join(directory, '.env')}`);
    const missing = await here(['run'], directory, { NIGHTSHIFT_ENV_FILE: 'none' });
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"none", which does not exist'),
    });
  });
});

describe('Names that begin with NIGHTSHIFT_', () => {
  it('mean the names behind in files, and nothing in the environment', async () => {
    const directory = directoryWith({
      '.env': 'NIGHTSHIFT_PORT=0\nNIGHTSHIFT_ADMIN_API_KEY=a-key-for-the-administrator\n',
      '.env.nightshift': 'LOG_LEVEL=warn\n',
    });
    await putDatabase(directory);
    const inEnvironment = { NIGHTSHIFT_API_BASE: 'http://127.0.0.1:1', NIGHTSHIFT_LOG_LEVEL: 'wrong' };
    const up = startCli(['up', '--no-worker', '--no-schedule'], directory, inEnvironment);
    await up.printed('/graphql');
    const texts = await up
      .printed('/docs')
      .then(() => readFileSync(join(directory, '.nightshift', 'nightshift.lock'), 'utf8'));
    const { url } = JSON.parse(texts) as { url: string };
    expect(new URL(url).port).not.toBe('8001');
    const answered = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-admin-key': 'a-key-for-the-administrator' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(await answered.json()).toMatchObject({ data: { viewer: { id: 'admin' } } });
    up.child.kill('SIGTERM');
    const { code, stderr } = await up.finished;
    expect(stderr).not.toContain('Listening on');
    expect(code).toBe(0);
  });
});

describe('A task runner', () => {
  const main = join(process.cwd(), 'runners/seo/main.ts');
  const run = async (cwd: string, variables: Record<string, string> = {}) => {
    const names = ['SITE_BASE_URL', 'SITE_DIR', 'GITHUB_TOKEN', 'NIGHTSHIFT_DATA'];
    const none = { ...Object.fromEntries(names.map((name) => [name, undefined])), ...variables };
    const child = spawnNode([main, '--json'], none, cwd);
    const { code } = await child.ended();
    return { code, stdout: child.stdout(), stderr: child.stderr() };
  };

  it('stops where .env has what it would read and Nightshift has run before, and reads it where it is to', async () => {
    const directory = directoryWith({ '.env': 'SITE_DIR=pages\n' });
    mkdirSync(join(directory, 'pages'));
    const first = await run(directory);
    expect(first.stderr).toMatch(line);
    expect(first.code).toBe(77);
    useDirectory(directory);
    expectStop(await run(directory), 'SITE_DIR');
    expect((await run(directory, { NIGHTSHIFT_ENV_FILE: '.env' })).code).not.toBe(2);
    writeFileSync(join(directory, '.env'), 'NIGHTSHIFT_SITE_DIR=pages\n');
    expect((await run(directory)).code).not.toBe(77);
  });
});

it('A server does not start without a key that is in .env alone, whoever starts it', async () => {
  const directory = directoryWith({ '.env': 'ADMIN_API_KEY_FILE=hunter2\n' });
  const module = new URL('../../../server/config.ts', import.meta.url);
  const script = `import { loadServerConfig } from ${JSON.stringify(module)}; loadServerConfig();`;
  const child = spawnNode(['--input-type=module', '-e', script], { ADMIN_API_KEY: '' }, directory);
  expect((await child.ended()).code).toBe(1);
  expect(child.stderr()).toContain(
    '.env has variables that Nightshift does not read from there: ADMIN_API_KEY_FILE.',
  );
});
