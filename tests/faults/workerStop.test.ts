import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import { isAlive } from '../orchestrator/support/alive.ts';
import { readLives } from '../orchestrator/support/lives.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { useDatabase } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { tempDir } from '../support/tempDir.ts';

const stamp = fileURLToPath(new URL('../fixtures/commands/stamp.mjs', import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { interval: 100 });

describe('A worker process', () => {
  const database = useDatabase('postgres');
  let server: TestServer;
  beforeAll(async () => {
    const config = database.config();
    server = await startTestServer({ DATABASE_URL: 'url' in config ? config.url : '', LEASE_SECONDS: '2' });
  });
  afterAll(() => server.close());

  const start = async (plan: string, runId: string) =>
    void expectType(await server.client.startRun({ plan, runId }), 'Run');
  const endings = async (runId: string) => {
    const [task] = await server.tasksOf(runId);
    const attempts = await server.client.attempts(task?.databaseId ?? 0);
    return { status: task?.status, attempts: attempts.map(({ endedBy }) => endedBy) };
  };

  const stops = sized({ short: 2, full: 50 });
  it(`that was stopped past its lease has its report refused ${stops} of ${stops} times, and ends its command`, async () => {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    // One command is done while its worker stands still, the other one is not.
    const step = (ms: number) => ({
      task: 'work',
      cmd: [process.execPath, [stamp, file, String(ms)]] as const,
    });
    writePlan(directory, 'done', { name: 'done', steps: [step(1200)] });
    writePlan(directory, 'endless', { name: 'endless', steps: [step(600_000)] });
    const workers = Object.fromEntries(
      ['done', 'endless'].map((plan) => {
        const setting = { directory, url: server.url, plan, name: plan };
        return [plan, startWorker(setting)];
      }),
    );
    for (let round = 0; round < stops; round++) {
      const plan = round % 2 === 0 ? 'done' : 'endless';
      const worker = workers[plan];
      const runId = `${plan}-${round}`;
      await soon(() => worker?.stderr()).toContain('takes tasks');
      await start(plan, runId);
      const lifeOf = () =>
        (existsSync(file) ? readLives(file) : []).find(({ task }) => task === `${runId}/work`);
      await soon(lifeOf).toBeDefined();
      process.kill(worker?.pid ?? 0, 'SIGSTOP');
      const lost = { status: 'FAILED', attempts: ['LOST'] };
      await soon(() => endings(runId)).toEqual(lost);
      process.kill(worker?.pid ?? 0, 'SIGCONT');
      await soon(() => worker?.stderr()).toContain(`work of ${runId}: its lease expired`);
      expect(isAlive(lifeOf()?.pid ?? 0)).toBe(false);
      expect(await endings(runId)).toEqual(lost);
    }
  });

  const terms = sized({ short: 2, full: 50 });
  it(`that is told to stop at ${terms} random moments is out within the grace period and leaves no row running for longer than a lease`, async () => {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const step = (task: string, mode: string, ms: number) => ({
      task,
      grace: '1s' as const,
      retries: 20,
      backoff: { delay: '1ms' as const },
      cmd: [process.execPath, [stamp, file, String(ms), mode]] as const,
    });
    // Nobody would be out who waited for the stubborn command that takes for ever.
    const steps = [
      ...['a', 'b', 'c', 'd', 'e'].map((task, index) =>
        step(task, index % 2 ? 'polite' : 'stubborn', randomInt(50, index % 2 ? 400 : 3000)),
      ),
      step('f', 'stubborn', 24 * 3_600_000),
    ];
    writePlan(directory, 'six', { name: 'six', concurrency: 3, steps });
    const started = () => {
      const setting = { directory, url: server.url, plan: 'six', name: 'w', concurrency: 3 };
      return startWorker(setting);
    };
    let slowest = 0;
    let worker = started();
    await soon(() => worker.stderr()).toContain('takes tasks');
    for (let round = 0; round < terms; round++) {
      if (round > 0) worker = started();
      await start('six', `six-${round}`);
      if (round > 0) await soon(() => worker.stderr()).toContain('takes tasks');
      await wait(randomInt(0, 700));
      const begin = performance.now();
      await worker.kill('SIGTERM');
      slowest = Math.max(slowest, performance.now() - begin);
      expect(await worker.ended()).toEqual({ code: 0, signal: null });
      // A lease that the server was giving when the worker stopped may have reached nobody.
      const open = () =>
        database.db().query({
          text: `SELECT task, agents_tasks.run_id FROM agents_tasks WHERE status = 'running'
          UNION ALL SELECT worker, lease_id::text FROM task_attempts WHERE finished_at IS NULL`,
        });
      await soon(open).toEqual([]);
    }
    console.log(`the slowest of ${terms} stops took ${Math.round(slowest)} ms`);
  });
});
