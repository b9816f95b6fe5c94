import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../client/index.ts';
import { readLives } from '../orchestrator/support/lives.ts';
import { type BadNetwork, startProxy } from '../orchestrator/support/proxy.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { useDatabase } from '../support/databases.ts';
import { tempDir } from '../support/tempDir.ts';

const isFull = process.env.NIGHTSHIFT_FAULTS === 'full';
const outageMs = isFull ? 60_000 : 3500;
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/commands/${name}`, import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 60_000, interval: 50 });

describe('A worker', () => {
  const database = useDatabase('postgres');
  let patient: TestServer;
  let strict: TestServer;
  beforeAll(async () => {
    const config = database.config();
    const DATABASE_URL = 'url' in config ? config.url : '';
    // Two servers of one database; a lease holds as long as the server says that gave or extended it.
    patient = await startTestServer({ DATABASE_URL, LEASE_SECONDS: String(Math.ceil(outageMs / 1000) + 60) });
    strict = await startTestServer({ DATABASE_URL, LEASE_SECONDS: '2' });
  });
  afterAll(async () => {
    await patient.close();
    await strict.close();
  });

  async function proxyOf(server: TestServer): Promise<BadNetwork> {
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    return proxy;
  }
  const start = async (plan: string, runId = plan) =>
    void expectType(await patient.client.startRun({ plan, runId }), 'Run');
  const endings = async (runId: string) => {
    const [task] = await patient.tasksOf(runId);
    const attempts = await patient.client.attempts(task?.databaseId ?? 0);
    return { status: task?.status, attempts: attempts.map(({ worker, endedBy }) => `${worker}: ${endedBy}`) };
  };

  /** Starts a worker behind a network, has it begin a command that outlives an outage, and lets the outage pass. */
  async function throughOutage(server: TestServer, plan: string) {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const lives = () => (existsSync(file) ? readLives(file) : []);
    const cmd = [process.execPath, [fixture('stamp.mjs'), file, String(outageMs - 1000)]] as const;
    writePlan(directory, plan, {
      name: plan,
      steps: [{ task: 'long', cmd, retries: 1, backoff: { delay: '1ms' } }],
    });
    const proxy = await proxyOf(server);
    const worker = startWorker({ directory, url: proxy.url, plan, name: 'far' });
    await soon(() => worker.stderr()).toContain('takes tasks');
    await start(plan);
    await soon(lives).toHaveLength(1);
    proxy.fault = () => 'away';
    await wait(outageMs);
    const back = () => {
      proxy.fault = () => 'none';
    };
    return { directory, worker, lives, back };
  }

  it(`whose server is away for ${outageMs / 1000} s goes on, and its result counts while its lease holds`, {
    timeout: 300_000,
  }, async () => {
    const { worker, lives, back } = await throughOutage(patient, 'outage');
    expect(worker.stderr()).toContain('what cannot be reported now is kept');
    expect(await endings('outage')).toEqual({ status: 'RUNNING', attempts: ['far: null'] });
    back();
    await soon(() => endings('outage')).toEqual({ status: 'SUCCEEDED', attempts: ['far: exit'] });
    expect(lives()).toHaveLength(1);
  });

  it('whose lease has lapsed during the outage is told so, and its result changes nothing', {
    timeout: 300_000,
  }, async () => {
    const { directory, worker, back } = await throughOutage(strict, 'lapse');
    startWorker({ directory, url: strict.url, plan: 'lapse', name: 'near' });
    await soon(() => endings('lapse')).toMatchObject({
      attempts: ['far: lost', expect.stringMatching(/^near/)],
    });
    back();
    await soon(() => worker.stderr()).toContain('long of lapse: its lease lapsed');
    await soon(() => endings('lapse')).toEqual({
      status: 'SUCCEEDED',
      attempts: ['far: lost', 'near: exit'],
    });
  });

  const rounds = isFull ? 50 : 5;
  it(`of whose server every second answer is lost makes no row and no process twice in ${rounds} rounds`, {
    timeout: 600_000,
  }, async () => {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const cmd = [process.execPath, [fixture('stamp.mjs'), file, '50']] as const;
    const steps = [
      { task: 'a', cmd },
      { task: 'b', cmd, needs: ['a'] },
      { task: 'c', cmd, needs: ['a'] },
    ];
    writePlan(directory, 'lossy', { name: 'lossy', steps });
    const proxy = await proxyOf(patient);
    let count = 0;
    proxy.fault = () => (count++ % 2 === 0 ? 'answerLost' : 'none');
    const worker = startWorker({ directory, url: proxy.url, plan: 'lossy', name: 'w', concurrency: 2 });
    await soon(() => worker.stderr()).toContain('takes tasks');
    const client = createClient({ url: proxy.url, maxDelayMs: 200 });
    for (let round = 0; round < rounds; round++) {
      const started = await client.startRun({ plan: 'lossy', idempotencyKey: `lossy-${round}` });
      const { runId } = expectType(started, 'Run');
      const states = async () => (await patient.tasksOf(runId)).map((task) => task?.status);
      await soon(states).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    }
    const counted = await database.db().query({
      text: `SELECT (SELECT count(*)::int FROM runs WHERE run_id LIKE 'lossy%') AS runs,
        count(DISTINCT task_id)::int AS tasks, count(*)::int AS attempts, max(number) AS tries
        FROM task_attempts JOIN agents_tasks ON id = task_id WHERE run_id LIKE 'lossy%'`,
    });
    expect(counted).toEqual([{ runs: rounds, tasks: rounds * 3, attempts: rounds * 3, tries: 1 }]);
    expect(readLives(file)).toHaveLength(rounds * 3);
  });

  it('whose clock is ten minutes slow or fast differs in nothing', { timeout: 60_000 }, async () => {
    const directory = tempDir();
    const check = async (plan: string, shift: number) => {
      writePlan(directory, plan, { name: plan, steps: [{ task: 'long', cmd: ['sleep', ['3']] }] });
      const variables = {
        NODE_OPTIONS: `--import ${fixture('shiftClock.mjs')}`,
        SHIFT_CLOCK_MS: String(shift),
      };
      const worker = startWorker({ directory, url: strict.url, plan, name: 'w', variables });
      await soon(() => worker.stderr()).toContain('takes tasks');
      const begin = Date.now();
      await start(plan);
      await soon(() => endings(plan)).toEqual({ status: 'SUCCEEDED', attempts: ['w: exit'] });
      const [task] = await patient.tasksOf(plan);
      expect(Date.parse(task?.startedAt ?? '')).toBeGreaterThanOrEqual(begin - 1000);
      expect(Date.parse(task?.finishedAt ?? '')).toBeLessThanOrEqual(Date.now() + 1000);
      expect(task?.durationMs).toBeGreaterThanOrEqual(2900);
      expect(task?.durationMs).toBeLessThan(20_000);
      // The clock was wrong indeed: the worker's own words begin with its time.
      const said = Date.parse(/^(\S+Z) long of/m.exec(worker.stderr())?.[1] ?? '');
      expect(Math.sign(said - Date.now())).toBe(Math.sign(shift));
    };
    await Promise.all([check('slow', -600_000), check('fast', 600_000)]);
  });
});
