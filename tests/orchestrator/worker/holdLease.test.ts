import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { holdLease, momentNow } from '../../../orchestrator/worker/holdLease.ts';
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
    expect(await attemptsOf(id)).toEqual(['1 EXIT']);
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
    expect(await attemptsOf(id)).toEqual(['1 CANCELLED']);
  });
});

const nobody = { onEnd: () => undefined, onDrained: () => undefined };

it('A lease costs no further call when its command is short', async () => {
  let calls = 0;
  const extendLease = async () => {
    calls++;
    throw new Error('Nobody should ask.');
  };
  const lease = { leaseId: 'x', holdsForMs: 6000, askedAt: momentNow() };
  const held = holdLease({ extendLease }, lease, { ...nobody, leadMs: undefined });
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
    { leaseId: 'x', holdsForMs: 1500, askedAt: momentNow() },
    { ...nobody, onEnd: (why) => void told.push([why, performance.now() - begin]), leadMs: 300 },
  );
  await soon(() => told.length).toBe(1);
  await wait(2000);
  held.release();
  // Three extensions, 0.3 s after the other, each for a second and a half less what its end may take.
  expect(told).toEqual([['lostContact', expect.any(Number)]]);
  expect(told[0]?.[1]).toBeGreaterThan(2000);
});

it.each([300, 500, 1000])(
  'Contact is not lost while a server answers each extension as late as it may, where a command has %i ms to end',
  async (leadMs) => {
    const holdsForMs = 1500;
    const told: string[] = [];
    /** The server answers late, so that it can tell of a cancellation. */
    const extendLease = async (_id: string, { waitMs = 0 }: { waitMs?: number } = {}) => {
      await wait(Math.min(waitMs, holdsForMs / 2) + 5);
      return { __typename: 'ExtendedLease', cancelled: false } as never;
    };
    const held = holdLease(
      { extendLease },
      { leaseId: 'x', holdsForMs, askedAt: momentNow() },
      { ...nobody, onEnd: (why) => void told.push(why), leadMs: Math.min(leadMs, holdsForMs / 3) },
    );
    await wait(4 * holdsForMs);
    held.release();
    expect(told).toEqual([]);
  },
);

describe('A lease', () => {
  const answering = (answer: object | Error) => {
    const asked = { times: 0 };
    const extendLease = async () => {
      asked.times += 1;
      if (answer instanceof Error) throw answer;
      return answer as never;
    };
    return { asked, extendLease };
  };
  const lost = { __typename: 'LostLeaseError', message: 'it has lapsed' };
  const held = { __typename: 'ExtendedLease', cancelled: false, drained: false };

  it.each([
    ['given just now', 0, 0, lost, true, 0],
    ['that the worker heard of late', 600, 0, held, true, 1],
    ['that the worker heard of after it had lapsed', 600, 0, lost, false, 1],
    ['given before the machine slept', 0, 600, lost, false, 1],
    ['of which nobody can be asked', 600, 0, new Error('The server is away.'), false, 1],
  ] as const)(
    '%s is told from one that may be another one’s now',
    async (_what, running, wall, answer, isOurs, calls) => {
      const now = momentNow();
      const { asked, extendLease } = answering(answer);
      const askedAt = { running: now.running - running, wall: now.wall - wall };
      const one = holdLease(
        { extendLease },
        { leaseId: 'x', holdsForMs: 1000, askedAt },
        { ...nobody, leadMs: undefined },
      );
      expect(await one.isOurs()).toBe(isOurs);
      one.release();
      expect(asked.times).toBe(calls);
    },
  );
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
  await soon(async () => (await server.client.attempts(databaseId))[0]?.endedBy).toBe('CANCELLED');
});
