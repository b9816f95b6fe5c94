import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createClient, expectType } from '../../client/index.ts';
import { readLives } from '../orchestrator/support/lives.ts';
import { everySecondAnswerLost } from '../orchestrator/support/proxy.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { sized } from '../support/form.ts';
import { tempDir } from '../support/tempDir.ts';
import { useTwoServers } from './support/twoServers.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/commands/${name}`, import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { interval: 100 });

describe('A worker', () => {
  const { database, patient, strict, proxyOf, start, endings } = useTwoServers(60);

  const rounds = sized({ short: 3, full: 50 });
  it(`of whose server every second answer is lost makes no row and no process twice in ${rounds} rounds`, async () => {
    const directory = tempDir();
    const file = join(directory, 'lives.txt');
    const cmd = [process.execPath, [fixture('stamp.mjs'), file, '50']] as const;
    const steps = [
      { task: 'a', cmd },
      { task: 'b', cmd, needs: ['a'] },
      { task: 'c', cmd, needs: ['a'] },
    ];
    writePlan(directory, 'lossy', { name: 'lossy', concurrency: 2, steps });
    const proxy = await proxyOf(patient());
    proxy.fault = everySecondAnswerLost();
    const worker = startWorker({ directory, url: proxy.url, plan: 'lossy', name: 'w', concurrency: 2 });
    await soon(() => worker.stderr()).toContain('takes tasks');
    const client = createClient({ url: proxy.url, apiKey: patient().key, maxDelayMs: 200 });
    for (let round = 0; round < rounds; round++) {
      const started = await client.startRun({ plan: 'lossy', idempotencyKey: `lossy-${round}` });
      const { runId } = expectType(started, 'Run');
      const states = async () => (await patient().tasksOf(runId)).map((task) => task?.status);
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

  it('whose clock is ten minutes slow or fast differs in nothing', async () => {
    const directory = tempDir();
    const check = async (plan: string, shift: number) => {
      writePlan(directory, plan, { name: plan, steps: [{ task: 'long', cmd: ['sleep', ['7']] }] });
      const variables = {
        NODE_OPTIONS: `--import ${fixture('shiftClock.mjs')}`,
        SHIFT_CLOCK_MS: String(shift),
      };
      const worker = startWorker({ directory, url: strict().url, plan, name: 'w', variables });
      await soon(() => worker.stderr()).toContain('takes tasks');
      const begin = Date.now();
      await start(plan);
      await soon(() => endings(plan)).toEqual({ status: 'SUCCEEDED', attempts: ['w: EXIT'] });
      const [task] = await patient().tasksOf(plan);
      expect(Date.parse(task?.startedAt ?? '')).toBeGreaterThanOrEqual(begin - 1000);
      expect(Date.parse(task?.finishedAt ?? '')).toBeLessThanOrEqual(Date.now() + 1000);
      expect(task?.durationMs).toBeGreaterThanOrEqual(6900);
      expect(task?.durationMs).toBeLessThan(300_000);
      // The clock was wrong indeed: the worker's own words begin with its time.
      const said = Date.parse(/^(\S+Z) long of/m.exec(worker.stderr())?.[1] ?? '');
      expect(Math.sign(said - Date.now())).toBe(Math.sign(shift));
    };
    await Promise.all([check('slow', -600_000), check('fast', 600_000)]);
  });
});
