import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { holdLease, momentNow } from '../../../orchestrator/worker/holdLease.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive, pidsIn } from '../support/alive.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

const forkTree = fileURLToPath(new URL('../../fixtures/commands/forkTree.mjs', import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { interval: 100 });

const stubborn = [process.execPath, [forkTree, '0', 'stubborn']];
const polite = [process.execPath, [forkTree, '0', 'polite']];

/** Has a step run by a worker of its own within this process. */
async function begin(server: TestServer, step: { task: string; [option: string]: unknown }) {
  const name = step.task;
  const worker = await workHere(server.url, { name, steps: [step] }, { dataDir: tempDir() });
  expectType(await server.client.startRun({ plan: name, runId: name }), 'Run');
  const databaseId = (await server.tasksOf(name))[0]?.databaseId ?? 0;
  const endings = async () => (await server.client.attempts(databaseId)).map(({ endedBy }) => endedBy);
  const printed = () =>
    worker.events.flatMap((event) => (event.type === 'output' ? [event.line] : [])).join();
  return { databaseId, endings, printed };
}

it('A lease of six seconds is held for as long as its command takes, and on while a cancelled command takes its time to end', async () => {
  const server = await startTestServer({ LEASE_SECONDS: '6' });
  onTestFinished(() => server.close());
  const long = await begin(server, { task: 'long', cmd: ['sleep', ['8']] });
  const cancelled = await begin(server, { task: 'cancelled', cmd: stubborn, grace: '8s' });
  await soon(cancelled.printed).not.toBe('');
  await server.client.cancelTask({ databaseId: cancelled.databaseId });
  await soon(long.endings).not.toEqual([null]);
  expect(await long.endings()).toEqual(['EXIT']);
  await soon(cancelled.endings).not.toEqual([null]);
  expect(await cancelled.endings()).toEqual(['CANCELLED']);
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

it('A worker whose server is away for as long as its lease holds ends a command that must not go on, and lets every other one go on', async () => {
  const server = await startTestServer({ LEASE_SECONDS: '6' });
  onTestFinished(() => server.close().catch(() => undefined));
  const pidOf = async (task: string, options: object) => {
    const { printed } = await begin(server, { task, cmd: polite, grace: '1s', ...options });
    await soon(printed).toMatch(/pid \d+/);
    return pidsIn(printed())[0] ?? 0;
  };
  const ends = await pidOf('ends', { onLostContact: 'end' });
  const goesOn = await pidOf('goes-on', {});
  const away = performance.now();
  await server.close();
  await soon(() => isAlive(ends)).toBe(false);
  expect(performance.now() - away).toBeGreaterThan(2000);
  // By then the lease has lapsed.
  await wait(Math.max(0, away + 8000 - performance.now()));
  expect(isAlive(goesOn)).toBe(true);
});

describe.concurrent('Contact with a server', () => {
  it('that was lost is told once, in time for a command to end, and not while a server answers', async () => {
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
    'is not lost while a server answers each extension as late as it may, where a command has %i ms to end',
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
});

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
  const task = await begin(server, { task: 'hang', cmd: ['sleep', [String(24 * 3600)]] });
  await soon(async () => (await server.client.task({ databaseId: task.databaseId }))?.status).toBe('RUNNING');
  await server.client.cancelTask({ databaseId: task.databaseId });
  await soon(task.endings).toEqual(['CANCELLED']);
});
