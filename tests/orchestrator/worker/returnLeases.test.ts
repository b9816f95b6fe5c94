import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import type { Lease } from '../../../orchestrator/worker/events.ts';
import { newestForm } from '../../../orchestrator/worker/reportForms.ts';
import type { WorkerOptions } from '../../../orchestrator/worker/workerOptions.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive } from '../support/alive.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

const fixture = fileURLToPath(new URL('../../fixtures/worker/noteLease.ts', import.meta.url));
const soon = <T>(read: () => T) => expect.poll(read);

describe('The lease of a killed worker', () => {
  let server: TestServer;
  let dataDir: string;
  let count = 0;
  let name: string;
  // Whatever ends within a test did not wait until a lease expired.
  beforeAll(async () => {
    server = await startTestServer({ LEASE_SECONDS: '3600' });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    dataDir = tempDir();
    name = `plan-${++count}`;
  });

  const notes = (directory = dataDir) => {
    const folder = join(directory, 'leases');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const notesFile = () => join(dataDir, 'leases', notes().find((one) => one.endsWith('.notes')) ?? '');
  const outcome = async () => {
    const [task] = await server.tasksOf(name);
    const attempts = await server.client.attempts(task?.databaseId ?? 0);
    return [task?.status, ...attempts.map(({ endedBy }) => endedBy)];
  };
  const plan = (more: object = {}) => ({ name, steps: [{ task: 'only', cmd: ['true'], ...more }] });
  const work = (more: object = {}, changes: Partial<WorkerOptions> = {}) =>
    workHere(server.url, plan(more), { dataDir, ...changes });

  /** Starts a process that comes to some point with the only task. */
  async function hold(point: 'asks' | 'given' | 'leased' | 'begun', more: object = {}) {
    const before = await work(more, { concurrency: 0 });
    await before.ended;
    expectType(await server.client.startRun({ plan: name, runId: name }), 'Run');
    const args = [server.url, server.key, dataDir, before.planHashes[0] ?? '', point];
    const holder = spawnNode([fixture, ...args]);
    onTestFinished(() => holder.kill('SIGKILL'));
    const [line] = await holder.printed(/^\{.*\}$/m);
    return { holder, ...(JSON.parse(line) as { lease: Lease; cookie: string }) };
  }
  async function kill(point: Parameters<typeof hold>[0], more: object = {}) {
    const held = await hold(point, more);
    await held.holder.kill('SIGKILL');
    return held;
  }

  it.each(['given', 'leased'] as const)(
    'that was %s and whose command never began is free at once, also without retries',
    async (point) => {
      await kill(point);
      const worker = await work();
      await soon(outcome).toEqual(['SUCCEEDED', 'INTERRUPTED', 'EXIT']);
      const returned = expect.objectContaining({ type: 'returned', task: expect.anything() });
      await soon(() => worker.events).toContainEqual(returned);
      await soon(() => notes()).toHaveLength(2);
    },
  );

  it('that it only asked for is none', async () => {
    await kill('asks');
    await work();
    await soon(outcome).toEqual(['SUCCEEDED', 'EXIT']);
    await soon(() => notes()).toHaveLength(2);
  });

  it.each([
    [0, ['FAILED', 'LOST']],
    [1, ['SUCCEEDED', 'LOST', 'EXIT']],
  ])('whose command may have begun is lost at once, with %i retries', async (retries, expected) => {
    await kill('begun', { retries });
    await work({ retries });
    await soon(outcome).toEqual(expected);
    await soon(() => notes()).toHaveLength(2);
  });

  it('is given back after what is left of its command was ended', async () => {
    const { cookie } = await kill('begun', { retries: 1 });
    const env = { ...process.env, NIGHTSHIFT_ATTEMPT: cookie };
    const left = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 1; done'], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    const wasAlive: boolean[] = [];
    await work({ retries: 1 }, { observe: () => wasAlive.push(isAlive(left.pid ?? 0)) });
    await soon(outcome).toEqual(['SUCCEEDED', 'LOST', 'EXIT']);
    expect([wasAlive[0], isAlive(left.pid ?? 0)]).toEqual([false, false]);
  });

  it('stays while that worker stands still, and is free soon after its end, which a neighbour sees', async () => {
    const { holder } = await hold('leased');
    process.kill(holder.pid, 'SIGSTOP');
    const worker = await work({}, { concurrency: 0 });
    await worker.ended;
    expect(await outcome()).toEqual(['RUNNING', null]);
    const neighbour = await work();
    expect(await outcome()).toEqual(['RUNNING', null]);
    await holder.kill('SIGKILL');
    await soon(outcome).toEqual(['SUCCEEDED', 'INTERRUPTED', 'EXIT']);
    expect(neighbour.events.map(({ type }) => type)).toContain('returned');
  });

  it('is not given back from a place in which its processes cannot be seen, and is by the next who can', async () => {
    await kill('begun');
    const file = notesFile();
    const [own, elsewhere] = [readFileSync(file), readFileSync(file)];
    elsewhere.write('x', own.indexOf('pid:['));
    writeFileSync(file, elsewhere);
    const worker = await work({}, { concurrency: 0 });
    await worker.ended;
    expect([await outcome(), notes()]).toEqual([
      ['RUNNING', null],
      expect.arrayContaining([expect.any(String)]),
    ]);
    expect(worker.events).toEqual([]);
  });

  it('says nothing in a copy of the data directory, where the notes are removed', async () => {
    const { holder } = await hold('begun');
    const copy = join(tempDir(), 'copy');
    cpSync(dataDir, copy, { recursive: true });
    const worker = await work({}, { concurrency: 0, dataDir: copy });
    await worker.ended;
    expect([await outcome(), notes(copy)]).toEqual([['RUNNING', null], []]);
    expect([isAlive(holder.pid), notes().length]).toEqual([true, 2]);
  });

  it('is not given back while something may still start its command, and expires', async () => {
    await kill('begun');
    // As a child has it that its worker has made and that has not loaded its own program yet.
    const child = spawn('sh', ['-c', 'exec 3<"$0"; sleep 600', notesFile()], {
      stdio: 'ignore',
      detached: true,
    });
    onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
    await soon(() => readdirSync(`/proc/${child.pid}/fd`)).toContain('3');
    const worker = await work();
    const left = expect.objectContaining({ type: 'leftRunning', survivors: [] });
    await soon(() => worker.events).toContainEqual(left);
    expect(await outcome()).toEqual(['RUNNING', null]);
  });

  it('is not given back while its report is in the journal, which says more', async () => {
    const { lease } = await kill('begun');
    const owner = { pid: 2 ** 22 + 1, host: hostname(), began: 'never' };
    const report = { ending: 'EXIT', exitCode: 0, durationMs: 5, outputs: {} };
    mkdirSync(join(dataDir, 'reports'), { recursive: true });
    const kept = { version: newestForm, lease, report, owner };
    writeFileSync(join(dataDir, 'reports', `${lease.leaseId}.json`), JSON.stringify(kept));
    const worker = await work();
    await soon(outcome).toEqual(['SUCCEEDED', 'EXIT']);
    await soon(() => notes()).toHaveLength(2);
    expect(worker.events.map(({ type }) => type)).toEqual(['pendingReport']);
  });

  it('is not given back by what its own command has started', async () => {
    const { cookie } = await kill('begun');
    const variables = { PATH: process.env.PATH, NIGHTSHIFT_ATTEMPT: `outer:${cookie}` };
    const worker = await work({}, { concurrency: 0, variables });
    await worker.ended;
    expect([await outcome(), notes().length]).toEqual([['RUNNING', null], 2]);
  });

  it('of another server waits for a worker of that one', async () => {
    const { lease } = await kill('leased');
    const file = notesFile();
    const own = readFileSync(file, 'latin1');
    // Servers of tests are copies of one.
    writeFileSync(file, own.replace(lease.serverId ?? '', randomUUID()), 'latin1');
    const other = await startTestServer();
    onTestFinished(() => other.close());
    const worker = await workHere(other.url, plan(), { dataDir, concurrency: 0 });
    await worker.ended;
    expect([await outcome(), worker.events]).toEqual([['RUNNING', null], []]);
    await work();
    await soon(outcome).toEqual(['SUCCEEDED', 'INTERRUPTED', 'EXIT']);
  });
});

it('A worker whose data directory takes no notes works without', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const dataDir = tempDir();
  writeFileSync(join(dataDir, 'leases'), 'this is no directory');
  await workHere(server.url, { name: 'p', steps: [{ task: 'a', cmd: ['true'] }] }, { dataDir });
  expectType(await server.client.startRun({ plan: 'p', runId: 'p' }), 'Run');
  await soon(async () => (await server.tasksOf('p'))[0]?.status).toBe('SUCCEEDED');
});

it('A worker that ends leaves no notes', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const dataDir = tempDir();
  const worker = await workHere(
    server.url,
    { name: 'p', steps: [{ task: 'a', cmd: ['true'] }] },
    { dataDir, concurrency: 0 },
  );
  await worker.ended;
  expect(readdirSync(join(dataDir, 'leases'))).toEqual([]);
});
