import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Client, expectType, type Task } from '../../../client/index.ts';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { watchRun } from '../../../orchestrator/cli/watch.ts';
import { send } from '../../server/serve.ts';
import { describeOnBoth, describeOnEither, type TestDatabase } from '../../support/databases.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const entry = fileURLToPath(new URL('../../../orchestrator/nightshift.mjs', import.meta.url));

describe('A run that is watched', () => {
  const task = (databaseId: number, status: string) =>
    ({ databaseId, task: 'a', status, reason: null, outputsUri: null, durationMs: 1 }) as unknown as Task;

  /** Watches a run whose tasks are as `read` says, and of which `heard` is told once the watch is connected. */
  async function watch(read: () => Task[], heard: (onConnect: () => void) => AsyncIterable<Task>) {
    const stdout = new PassThrough();
    const said: string[] = [];
    let code: number | undefined;
    const context = {
      stdout,
      unread: new AbortController().signal,
      print: (line: string) => said.push(line),
      exitWith: (given: number) => {
        code = given;
      },
    } as unknown as CliContext;
    const client = {
      run: async () => ({}),
      async *walkTasks() {
        yield* read();
      },
      async *watchRun(_run: string, { signal, onConnect }: { signal: AbortSignal; onConnect: () => void }) {
        yield* heard(onConnect);
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    } as unknown as Client;
    const outdated = new AbortController().signal;
    await watchRun(context, { client, kind: 'configured', outdated }, 'r');
    stdout.end();
    return { code, said, lines: (await text(stdout)).trimEnd().split('\n') };
  }

  it('ends the watch when it ends before the server is connected', async () => {
    let status = 'RUNNING';
    const { code, lines } = await watch(
      () => [task(1, status)],
      async function* (onConnect) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        status = 'SUCCEEDED';
        onConnect();
      },
    );
    expect(code).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/1 a succeeded/)]);
  });

  it('ends the watch no sooner than its last task, and not by what was read before', async () => {
    const { code, lines } = await watch(
      () => [task(1, 'RUNNING'), task(2, 'RUNNING')],
      async function* (onConnect) {
        onConnect();
        yield task(1, 'SUCCEEDED');
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield task(2, 'FAILED');
      },
    );
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/1 a succeeded/),
      '2 a started',
      expect.stringMatching(/2 a failed/),
    ]);
  });
});

describe('A watch', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** Runs a line of a shell in which `nightshift` is the command line. */
  async function shell(line: string) {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, API_BASE: server.url, API_KEY: server.key };
    const child = spawn('sh', ['-c', `nightshift() { '${process.execPath}' '${entry}' "$@"; }; ${line}`], {
      cwd: tempDir(),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr };
  }

  it('ends with its reader, while the run goes on', async () => {
    const input = { task: 'long', runId: 'piped', status: 'RUNNING' as const };
    const { databaseId } = expectType(await server.client.createTask(input), 'Task');
    const { stdout, stderr } = await shell('(nightshift watch piped; echo "code $?" >&2) | head -1');
    expect(stdout).toBe(`${databaseId} long started\n`);
    expect(stderr).toBe('code 0\n');
  });

  it('ends with its run, with the exit code of the run', async () => {
    const input = { task: 'long', runId: 'ended', status: 'RUNNING' as const };
    const { databaseId } = expectType(await server.client.createTask(input), 'Task');
    const watching = shell('(nightshift watch ended; echo "code $?" >&2) | cat');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.client.updateTask({ databaseId, status: 'FAILED' });
    const { stdout, stderr } = await watching;
    expect(stdout).toContain(`${databaseId} long failed`);
    expect(stderr).toBe('code 1\n');
  });

  it('of what is printed at once ends with its reader too', async () => {
    for (let number = 0; number < 3; number++)
      await server.client.createTask({ task: 'a', runId: `listed-${number}`, status: 'SUCCEEDED' });
    const { stderr } = await shell('(nightshift list -o csv; echo "code $?" >&2) | true');
    expect(stderr).toBe('code 0\n');
  });
});

const restarted = 'A watch whose server is restarted';
describeOnEither(restarted, (database) => goesOnWhere('API_BASE', database));
describeOnBoth(restarted, (database) => goesOnWhere('NIGHTSHIFT_DATA', database));

function goesOnWhere(by: 'API_BASE' | 'NIGHTSHIFT_DATA', database: TestDatabase): void {
  it(`goes on, where ${by} leads to it`, async () => {
    const config = await database.createFresh();
    const dataDir = 'url' in config ? tempDir() : config.dataDir;
    const variables = { NIGHTSHIFT_DATA: dataDir, DATABASE_URL: 'url' in config ? config.url : undefined };
    const port = by === 'API_BASE' ? await freePort() : 0;
    const serve = async () => {
      const up = spawnNode(
        [entry, 'up', '--no-schedule', '--no-worker'],
        { ...variables, PORT: String(port) },
        tempDir(),
      );
      onTestFinished(() => up.kill('SIGKILL'));
      await expect.poll(() => up.stdout() + up.stderr()).toMatch(/GraphiQL +http/);
      const [, url = ''] = /GraphiQL +(http\S+)\/graphql/.exec(up.stdout() + up.stderr()) ?? [];
      return { url, kill: () => up.kill('SIGKILL') };
    };
    const first = await serve();
    const json = { task: 'long', run_id: 'r', status: 'running' };
    const { id } = (await send(first.url, '/agents/tasks/', { method: 'POST', json })).json<{ id: number }>();
    const where = by === 'API_BASE' ? { API_BASE: first.url } : variables;
    const watching = spawnNode([entry, 'watch', 'r'], where, tempDir());
    onTestFinished(() => watching.kill('SIGKILL'));
    await watching.printed(/long started/);
    await first.kill();
    await expect.poll(watching.stderr).toContain('Watching continues once the server is back.');
    const second = await serve();
    await send(second.url, `/agents/tasks/${id}`, { method: 'PATCH', json: { status: 'succeeded' } });
    expect(await watching.ended()).toMatchObject({ code: 0 });
    expect(watching.stdout()).toMatch(/^\d+ long started\n✔ \d+ long succeeded.*\n$/);
    expect(watching.stderr().match(/cannot be reached/g)).toHaveLength(1);
    expect(watching.stderr()).toMatch(/The server is back\.\n$/);
  });
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
