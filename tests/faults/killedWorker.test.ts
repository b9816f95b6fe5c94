import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../client/index.ts';
import type { StepDefinition } from '../../contract/plan/definition.ts';
import { isAlive } from '../orchestrator/support/alive.ts';
import { startCli } from '../orchestrator/support/cli.ts';
import { overlaps, readLives } from '../orchestrator/support/lives.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { useFreshDatabases } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

const stamp = fileURLToPath(new URL('../fixtures/commands/stamp.mjs', import.meta.url));
const entry = resolve(import.meta.dirname, '../../orchestrator/nightshift.ts');
const soon = <T>(read: () => T) => expect.poll(read, { interval: 50 });

// No test waits for that, so what is free again was given back.
const LEASE_SECONDS = '3600';

describe('After kill -9 of a worker', () => {
  /** A plan of one step that lives for so long, and in whose file each of its processes notes that it does. */
  function prepare(more: Partial<StepDefinition> = {}, mode = 'polite', ms = 3000) {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const cmd = [process.execPath, [stamp, file, String(ms), mode]] as const;
    writePlan(directory, 'night', { name: 'night', steps: [{ task: 'work', cmd, ...more }] });
    return { directory, lives: () => (existsSync(file) ? readLives(file) : []) };
  }
  async function outcome({ client, tasksOf }: Pick<TestServer, 'client' | 'tasksOf'>) {
    const [task] = await tasksOf('night');
    const attempts = await client.attempts(task?.databaseId ?? 0);
    return [task?.status, ...attempts.map(({ endedBy }) => endedBy)];
  }
  async function serve() {
    const server = await startTestServer({ LEASE_SECONDS });
    onTestFinished(() => server.close());
    return server;
  }
  const begin = async ({ client }: Pick<TestServer, 'client'>) =>
    void expectType(await client.startRun({ plan: 'night', runId: 'night' }), 'Run');

  it.each([
    ['under the same name', 'w', 'polite'],
    ['under another name', 'x', 'stubborn'],
  ])(
    'its successor runs the step again at once, %s, and never beside the old command',
    async (_, name, mode) => {
      const server = await serve();
      const { directory, lives } = prepare({ retries: 2 }, mode);
      const setting = { directory, url: server.url, plan: 'night' };
      const first = startWorker({ ...setting, name: 'w' });
      await soon(() => first.stderr()).toContain('takes tasks');
      await begin(server);
      await soon(() => lives().length).toBe(1);
      await first.kill('SIGKILL');
      const second = startWorker({ ...setting, name });
      await soon(() => lives().length).toBe(2);
      await soon(() => outcome(server)).toEqual(['SUCCEEDED', 'LOST', 'EXIT']);
      expect(overlaps(lives())).toEqual([]);
      expect(second.stderr()).toContain('work of night: its worker was killed; it is queued again');
      await second.kill('SIGTERM');
      expect(readdirSync(join(directory, '.nightshift', 'leases'))).toEqual([]);
    },
  );

  it('a step without retries is told as failed at once, and not run again', async () => {
    const server = await serve();
    const { directory, lives } = prepare();
    const setting = { directory, url: server.url, plan: 'night', name: 'w' };
    const first = startWorker(setting);
    await begin(await registered(server, first));
    await soon(() => lives().length).toBe(1);
    await first.kill('SIGKILL');
    startWorker(setting);
    await soon(() => outcome(server)).toEqual(['FAILED', 'LOST']);
    expect((await server.tasksOf('night'))[0]?.reason).toBe('lost: its worker was killed');
    expect(lives()).toHaveLength(1);
  });

  it('and of its guard, which has ended nothing then, the successor ends the old command first', async () => {
    const server = await serve();
    const { directory, lives } = prepare({ retries: 1 }, 'stubborn', 20_000);
    const setting = { directory, url: server.url, plan: 'night', name: 'w' };
    const first = startWorker(setting);
    await begin(await registered(server, first));
    await soon(() => lives().length).toBe(1);
    // A worker that stands still gives its guard no successor.
    process.kill(first.pid, 'SIGSTOP');
    for (const guard of guardsOf(first.pid)) process.kill(guard, 'SIGKILL');
    await first.kill('SIGKILL');
    const [{ pid = 0 } = {}] = lives();
    expect(isAlive(pid)).toBe(true);
    const second = startWorker(setting);
    await soon(() => lives().length).toBe(2);
    expect([isAlive(pid), overlaps(lives())]).toEqual([false, []]);
    await second.kill('SIGKILL');
    await soon(() => outcome(server)).toEqual(['RUNNING', 'LOST', null]);
  });

  it('a neighbour on the same data directory gives its leases back, without a restart', async () => {
    const server = await serve();
    const { directory, lives } = prepare({ retries: 1, labels: ['gpu'] }, 'polite', 60_000);
    const setting = { directory, url: server.url, plan: 'night' };
    const neighbour = startWorker({ ...setting, name: 'neighbour' });
    await registered(server, neighbour);
    const first = startWorker({ ...setting, name: 'first', labels: ['gpu'] });
    await begin(await registered(server, first));
    await soon(() => lives().length).toBe(1);
    await first.kill('SIGKILL');
    await soon(() => outcome(server)).toEqual(['QUEUED', 'LOST']);
  });

  it('a worker that merely stands still keeps its lease, and its result counts', async () => {
    const server = await serve();
    const { directory, lives } = prepare({ retries: 1 });
    const setting = { directory, url: server.url, plan: 'night' };
    const first = startWorker({ ...setting, name: 'first' });
    await begin(await registered(server, first));
    await soon(() => lives().length).toBe(1);
    process.kill(first.pid, 'SIGSTOP');
    await registered(server, startWorker({ ...setting, name: 'second' }));
    await wait(1000);
    expect(await outcome(server)).toEqual(['RUNNING', null]);
    process.kill(first.pid, 'SIGCONT');
    await soon(() => outcome(server)).toEqual(['SUCCEEDED', 'EXIT']);
  });

  const kills = sized({ short: 3, full: 60 });
  it(`${kills} times in the midst of short commands, each is done, and none beside itself`, async () => {
    const server = await serve();
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const steps = Array.from({ length: kills * 12 }, (_, index) => ({
      task: `s${index}`,
      retries: 20,
      backoff: { delay: '10ms' as const, factor: 1 },
      cmd: [process.execPath, [stamp, file, String(randomInt(1, 300))]] as const,
    }));
    writePlan(directory, 'night', { name: 'night', concurrency: 4, steps });
    const start = () => startWorker({ directory, url: server.url, plan: 'night', name: 'w', concurrency: 4 });
    let worker = start();
    const all = [worker];
    await begin(await registered(server, worker));
    for (let kill = 0; kill < kills; kill++) {
      await soon(() => worker.stderr()).toContain('started');
      await wait(randomInt(0, 1500));
      // Whoever waits until its guard has ended everything gives it the time to.
      process.kill(worker.pid, 'SIGKILL');
      worker = start();
      all.push(worker);
    }
    const open = async () => (await server.tasksOf('night')).filter((task) => task?.status !== 'SUCCEEDED');
    await soon(async () => (await open()).map((task) => `${task?.task} ${task?.status}`)).toEqual([]);
    expect(overlaps(readLives(file))).toEqual([]);
    for (const one of all) expect(one.stderr()).not.toContain('waits until its lease expires');
  });

  it('that ran a run of its own, the next one has the server told of it', async () => {
    const server = await serve();
    const { directory, lives } = prepare();
    const variables = { API_BASE: server.url, NIGHTSHIFT_DATA: join(directory, '.nightshift') };
    const run = startCli(['run', 'night'], directory, variables);
    await soon(() => lives().length).toBe(1);
    const runId = (lives()[0]?.task ?? '').split('/')[0] ?? '';
    run.child.kill('SIGKILL');
    await run.finished;
    startWorker({ directory, url: server.url, plan: 'night', name: 'w' });
    await soon(async () => (await server.tasksOf(runId))[0]?.status).toBe('FAILED');
  });
});

describe.each(['pglite', 'postgres'] as const)('After kill -9 of nightshift up (%s)', (kind) => {
  const databases = useFreshDatabases(kind);

  it('and its restart the step runs again at once', async () => {
    const config = await databases.createFresh();
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const cmd = [process.execPath, [stamp, file, '3000', 'stubborn']] as const;
    writePlan(directory, 'night', { name: 'night', steps: [{ task: 'work', cmd, retries: 2 }] });
    const where: Record<string, string> =
      'url' in config
        ? { DATABASE_URL: config.url, NIGHTSHIFT_DATA: join(directory, '.nightshift') }
        : { NIGHTSHIFT_DATA: config.dataDir };
    const variables = { PORT: '0', LEASE_SECONDS, ADMIN_API_KEY: 'a-key-for-this-test-alone', ...where };
    const start = () => {
      const up = spawnNode([entry, 'up', 'night'], variables, directory);
      onTestFinished(() => up.kill('SIGKILL'));
      return up;
    };
    const clientOf = async (up: ReturnType<typeof start>) => {
      await soon(() => up.stderr()).toContain('takes tasks');
      const url = /takes tasks of night from (\S+)/.exec(up.stderr())?.[1] ?? '';
      return createClient({ url, apiKey: variables.ADMIN_API_KEY });
    };
    const first = start();
    const client = await clientOf(first);
    expectType(await client.startRun({ plan: 'night', runId: 'night' }), 'Run');
    const lives = () => (existsSync(file) ? readLives(file) : []);
    await soon(() => lives().length).toBe(1);
    await first.kill('SIGKILL');
    const again = await clientOf(start());
    const begun = performance.now();
    await soon(() => lives().length).toBe(2);
    console.log(`${kind}: again ${Math.round(performance.now() - begun)} ms after the worker was ready`);
    const attempts = async () => {
      const [task] = (await again.tasks({ filter: { runId: ['night'] } })).nodes;
      return (await again.attempts(task?.databaseId ?? 0)).map(({ endedBy }) => endedBy);
    };
    await soon(attempts).toEqual(['LOST', 'EXIT']);
    expect(overlaps(lives())).toEqual([]);
  });
});

async function registered(server: TestServer, worker: ReturnType<typeof startWorker>): Promise<TestServer> {
  await soon(() => worker.stderr()).toContain('takes tasks');
  return server;
}

/** The shells of the guard of a process: its child that has that name, and what that has started. */
function guardsOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const shells = lines
    .filter((line) => line.includes('nightshift-guard'))
    .map((line) => line.trim().split(/\s+/, 2).map(Number) as [number, number]);
  const below = (parent: number): number[] =>
    shells.filter((shell) => shell[1] === parent).flatMap(([own]) => [own, ...below(own)]);
  const all = below(pid);
  expect(all.length).toBeGreaterThan(1);
  return all;
}
