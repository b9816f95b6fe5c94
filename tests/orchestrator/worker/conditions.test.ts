import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { v8Options } from '../../support/v8Options.ts';
import { cli } from '../support/cli.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const entry = resolve(import.meta.dirname, '../../../orchestrator/nightshift.mjs');
const git = (cwd: string, ...args: string[]) => promisify(execFile)('git', args, { cwd });

describe('Conditions of steps, held against a worker process', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('skip what does not hold with the reason, and all that needs it; what holds runs', async () => {
    const directory = tempDir();
    await git(directory, 'init', '--quiet', '--initial-branch', 'release/2');
    mkdirSync(join(directory, 'sub'));
    const printed = 'echo version=7 >> "$NIGHTSHIFT_OUTPUT"; echo size.total=9 >> "$NIGHTSHIFT_OUTPUT"';
    const elsewhere = process.platform === 'win32' ? 'linux' : 'win32';
    const step = (task: string, when?: object, needs: string[] = [], more: object = {}) => ({
      task,
      cmd: ['true'],
      needs,
      ...(when && { when }),
      ...more,
    });
    const steps = [
      { task: 'build.app', cmd: ['sh', ['-c', printed]] },
      step('here', { platform: process.platform, branch: ['main', 'release/*'] }, [], { cwd: 'sub' }),
      step('elsewhere', { platform: elsewhere }),
      step('main', { branch: 'main' }),
      step('deploy', { env: { STAGE: 'prod' } }),
      step('staged', { env: { STAGE: 'night', EMPTY: false, NOWHERE: false, API_KEY: true } }),
      step('quiet', { env: { STAGE: false } }),
      step('seven', { outputs: { 'build.app.version': '7', 'build.app.size.total': true } }, ['build.app']),
      step('eight', { outputs: { 'build.app.version': '8' } }, ['build.app']),
      step('masked', { outputs: { 'build.app.version': server.key } }, ['build.app']),
      step('after', undefined, ['seven', 'eight']),
      step('last', undefined, ['after']),
    ];
    const plan = { name: 'if', concurrency: 4, steps };
    writeFileSync(join(directory, 'if.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    const variables = { API_BASE: server.url, API_KEY: server.key, STAGE: 'night', EMPTY: '' };
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables };
    const worker = spawn(process.execPath, [...v8Options, entry, 'worker', 'if'], {
      cwd: directory,
      env,
      stdio: 'ignore',
    });
    const ended = new Promise((done) => worker.once('exit', done));
    onTestFinished(async () => {
      worker.kill('SIGKILL');
      await ended;
    });
    expect(await cli(['start', 'if', '--run-id', 'if-1'], directory, variables)).toMatchObject({ code: 0 });
    const isOver = async () => (await server.client.run('if-1'))?.finishedAt ?? null;
    await expect.poll(isOver, { interval: 200 }).not.toBeNull();

    const tasks = await server.tasksOf('if-1');
    const found = Object.fromEntries(
      tasks.map((task) => [task?.task, task?.logExcerpt?.replace('[nightshift] ', '') || task?.status]),
    );
    expect(found).toEqual({
      'build.app': 'SUCCEEDED',
      here: 'SUCCEEDED',
      staged: 'SUCCEEDED',
      seven: 'SUCCEEDED',
      elsewhere: `runs on ${elsewhere} only, and this is ${process.platform}`,
      main: 'runs on branch main only, and this is release/2',
      deploy: 'runs only if $STAGE is "prod"',
      quiet: 'runs only if $STAGE is not set',
      eight: 'runs only if the output build.app.version is "8"',
      masked: 'runs only if the output build.app.version is "***"',
      after: 'skipped: needs eight, which was skipped',
      last: 'skipped: needs after, which was skipped',
    });
    const skipped = tasks.filter((task) => task?.status === 'SKIPPED').map((task) => task?.task);
    expect(skipped).toHaveLength(8);
  });
});
