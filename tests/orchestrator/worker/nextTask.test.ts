import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { type BadNetwork, everySecondAnswerLost, startProxy } from '../support/proxy.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

describe('A worker that has ended a task', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const chain = (length: number) =>
    Array.from({ length }, (_, index) => ({
      task: `t${index}`,
      cmd: ['true'] as [string],
      needs: index === 0 ? [] : [`t${index - 1}`],
    }));
  const operationOf = (asked: string) => /mutation (\w+)/.exec(asked)?.[1] ?? 'other';

  async function through(fault: BadNetwork['fault'] = () => 'none') {
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    const asked: string[] = [];
    proxy.fault = (body) => {
      asked.push(body);
      return fault(body);
    };
    return {
      proxy,
      asked,
      counts: (name: string) => asked.filter((one) => operationOf(one) === name).length,
    };
  }
  async function start(plan: string): Promise<string> {
    count += 1;
    const runId = `next-${count}`;
    expectType(await server.client.startRun({ plan, runId }), 'Run');
    return runId;
  }
  const untilEnded = (runId: string) =>
    eventually(async () => expect((await server.client.run(runId))?.finishedAt).toBeTruthy());
  async function attemptsOf(runId: string) {
    const tasks = await server.tasksOf(runId);
    const all = await Promise.all(tasks.map((task) => server.client.attempts(task?.databaseId ?? 0)));
    return all.flat().map(({ endedBy, number }) => `${number} ${endedBy}`);
  }

  it('gets the next one with the answer to its report: a request a step', async () => {
    const { proxy, counts } = await through();
    const { planHashes } = await workHere(
      proxy.url,
      { name: 'one', steps: chain(8) },
      { dataDir: tempDir() },
    );
    expect(planHashes).toHaveLength(1);
    const runId = await start('one');
    await untilEnded(runId);
    expect(counts('FinishAttempt')).toBe(8);
    // It waited for the first, waits after the last, and asks by itself when it is to look at its plan files first.
    expect(counts('LeaseTask')).toBeLessThanOrEqual(5);
  });

  it('runs each once when every second answer is lost on the way', async () => {
    const { proxy, counts } = await through(everySecondAnswerLost());
    await workHere(proxy.url, { name: 'lossy', steps: chain(5) }, { dataDir: tempDir(), concurrency: 2 });
    const runId = await start('lossy');
    await untilEnded(runId);
    expect(counts('FinishAttempt')).toBeGreaterThan(5);
    expect(await attemptsOf(runId)).toEqual(Array(5).fill('1 EXIT'));
  });

  it('loses no lease that came with an answer while it was being stopped', async () => {
    const stop = new AbortController();
    const { proxy } = await through((body) => {
      if (operationOf(body) !== 'FinishAttempt' || stop.signal.aborted) return 'none';
      stop.abort('SIGTERM');
      return 'answerLost';
    });
    const changes = { dataDir: tempDir(), signal: stop.signal };
    const { ended, events } = await workHere(proxy.url, { name: 'stopped', steps: chain(3) }, changes);
    const runId = await start('stopped');
    await ended;
    expect(events.filter(({ type }) => type === 'leased')).toHaveLength(2);
    const tasks = await server.tasksOf(runId);
    // Its command had not begun, so that another worker may have it at once.
    expect(tasks.map((task) => task?.status)).toEqual(['SUCCEEDED', 'QUEUED', 'QUEUED']);
    expect(await attemptsOf(runId)).toEqual(['1 EXIT', '1 INTERRUPTED']);
  });

  it('wishes for nothing with a report of an earlier process', async () => {
    const away = await through((body) => (operationOf(body) === 'FinishAttempt' ? 'away' : 'none'));
    const { proxy, asked } = await through();
    const [dataDir, stop] = [tempDir(), new AbortController()];
    const plan = { name: 'left', steps: chain(2) };
    const first = await workHere(away.proxy.url, plan, { dataDir, signal: stop.signal });
    const runId = await start('left');
    const reports = (all: readonly string[]) => all.filter((one) => operationOf(one) === 'FinishAttempt');
    await eventually(() => expect(reports(away.asked)[0]).toContain('"next":{'));
    stop.abort('SIGTERM');
    await first.ended;
    const [name = ''] = readdirSync(join(dataDir, 'reports')).filter((file) => file.endsWith('.json'));
    const file = join(dataDir, 'reports', name);
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    expect(JSON.stringify(kept)).not.toContain('requestId');
    const owner = { pid: 2 ** 22 + 1, host: hostname(), began: 'never' };
    writeFileSync(file, JSON.stringify({ ...kept, owner }));
    const second = await workHere(proxy.url, plan, { dataDir, concurrency: 0 });
    await second.ended;
    expect(reports(asked).map((one) => one.includes('"next":{'))).toEqual([false]);
    expect((await server.tasksOf(runId)).map((task) => task?.status)).toEqual(['SUCCEEDED', 'QUEUED']);
  });

  it('wishes for nothing more once it is to leave', async () => {
    const leave = new AbortController();
    const { proxy, asked } = await through();
    const steps = [
      { task: 'last', cmd: ['sleep', ['1']] },
      { task: 'rest', cmd: ['true'] },
    ];
    const changes = { dataDir: tempDir(), done: leave.signal };
    const { ended } = await workHere(proxy.url, { name: 'leaving', steps }, changes);
    const runId = await start('leaving');
    await eventually(async () =>
      expect((await server.tasksOf(runId)).map((task) => task?.status)).toContain('RUNNING'),
    );
    leave.abort();
    await ended;
    expect(asked.filter((one) => one.includes('"next":{'))).toEqual([]);
    expect((await server.tasksOf(runId)).map((task) => task?.status)).toEqual(['SUCCEEDED', 'QUEUED']);
  });
});
