import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { holdLease } from '../../../orchestrator/worker/holdLease.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive, pidsIn } from '../support/alive.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

const forkTree = fileURLToPath(new URL('../../fixtures/commands/forkTree.mjs', import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { interval: 20 });

describe('A lease that holds for six seconds', () => {
  let server: TestServer;
  let name: string;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer({ LEASE_SECONDS: '6' });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    name = `plan-${++count}`;
  });

  async function start(): Promise<number> {
    expectType(await server.client.startRun({ plan: name, runId: name }), 'Run');
    const [task] = await server.tasksOf(name);
    return task?.databaseId ?? 0;
  }
  const attemptsOf = async (id: number) =>
    (await server.client.attempts(id)).map(({ number, endedBy }) => `${number} ${endedBy}`);

  it('is held for as long as its command takes', async () => {
    const steps = [{ task: 'long', cmd: ['sleep', ['8']] }];
    const worker = await workHere(server.url, { name, steps }, { dataDir: tempDir() });
    const id = await start();
    await soon(() => worker.events.at(-1)?.type).toBe('reported');
    expect(await attemptsOf(id)).toEqual(['1 exit']);
  });

  it('is held on while a cancelled command takes its time to end', async () => {
    const cmd = [process.execPath, [forkTree, '0', 'stubborn']];
    const steps = [{ task: 'stubborn', cmd, grace: '8s' }];
    const worker = await workHere(server.url, { name, steps }, { dataDir: tempDir() });
    const id = await start();
    await soon(async () => (await server.client.task({ databaseId: id }))?.status).toBe('RUNNING');
    await soon(() => worker.events.map(({ type }) => type)).toContain('output');
    await server.client.cancelTask({ databaseId: id });
    await soon(() => attemptsOf(id)).not.toEqual(['1 null']);
    expect(await attemptsOf(id)).toEqual(['1 cancelled']);
  });
});

it('A lease costs no further call when its command is short', async () => {
  let calls = 0;
  const extendLease = async () => {
    calls++;
    throw new Error('Nobody should ask.');
  };
  const lease = { leaseId: 'x', holdsForMs: 6000 };
  const held = holdLease({ extendLease }, lease, () => undefined);
  held.release();
  // Longer than it takes until a command counts as one that may be cancelled.
  await wait(700);
  expect(calls).toBe(0);
});

describe('A worker whose server is away for as long as its lease holds', () => {
  /** Has a step run, takes the server away, and says how its command is then. */
  async function loseContact(options: object) {
    const server = await startTestServer({ LEASE_SECONDS: '6' });
    onTestFinished(() => server.close().catch(() => undefined));
    const steps = [
      { task: 'long', cmd: [process.execPath, [forkTree, '0', 'polite']], grace: '1s', ...options },
    ];
    const worker = await workHere(server.url, { name: 'away', steps }, { dataDir: tempDir() });
    expectType(await server.client.startRun({ plan: 'away', runId: 'away' }), 'Run');
    const printed = () =>
      worker.events.flatMap((event) => (event.type === 'output' ? [event.line] : [])).join();
    await soon(printed).toMatch(/pid \d+/);
    const [pid = 0] = pidsIn(printed());
    await server.close();
    return { pid, begin: performance.now() };
  }

  it('ends a command that must not go on', async () => {
    const { pid, begin } = await loseContact({ onLostContact: 'end' });
    await soon(() => isAlive(pid)).toBe(false);
    expect(performance.now() - begin).toBeGreaterThan(2000);
  });

  it('lets every other one go on', async () => {
    const { pid } = await loseContact({});
    await wait(8000);
    expect(isAlive(pid)).toBe(true);
  });
});

it('That contact was lost is told once, in time for a command to end, and not while a server answers', async () => {
  const begin = performance.now();
  let answers = 3;
  const extendLease = async () => {
    if (answers-- <= 0) throw new Error('The server is away.');
    return { __typename: 'ExtendedLease', cancelled: false } as never;
  };
  const told: [string, number][] = [];
  const held = holdLease(
    { extendLease },
    { leaseId: 'x', holdsForMs: 1500 },
    (why) => void told.push([why, performance.now() - begin]),
    300,
  );
  await soon(() => told.length).toBe(1);
  await wait(2000);
  held.release();
  // Three extensions, half a second after the other, each for a second and a half less what its end may take.
  expect(told).toEqual([['lostContact', expect.any(Number)]]);
  expect(told[0]?.[1]).toBeGreaterThan(2500);
});

it('A command ends as soon as its task is cancelled, long before its lease is due', async () => {
  const server = await startTestServer({ LEASE_SECONDS: '3600' });
  onTestFinished(() => server.close());
  const steps = [{ task: 'hang', cmd: ['sleep', [String(24 * 3600)]] }];
  await workHere(server.url, { name: 'hanging', steps }, { dataDir: tempDir() });
  expectType(await server.client.startRun({ plan: 'hanging', runId: 'hanging' }), 'Run');
  const [task] = await server.tasksOf('hanging');
  const databaseId = task?.databaseId ?? 0;
  await soon(async () => (await server.client.task({ databaseId }))?.status).toBe('RUNNING');
  await server.client.cancelTask({ databaseId });
  await soon(async () => (await server.client.attempts(databaseId))[0]?.endedBy).toBe('cancelled');
});
