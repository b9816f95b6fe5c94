import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../client/index.ts';
import type { StepDefinition } from '../../contract/plan/definition.ts';
import { overlaps, readLives } from '../orchestrator/support/lives.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { useDatabase } from '../support/databases.ts';
import { isFullForm, sized } from '../support/form.ts';
import { tempDir } from '../support/tempDir.ts';

// Of two kills each ends a worker that was there from the beginning, so that something is lost for certain.
const points = sized({ short: 2, full: 50 });
const stamp = fileURLToPath(new URL('../fixtures/commands/stamp.mjs', import.meta.url));

// What survives its worker still lives when the task is tried again.
const longerThanLease = 9000;

/** Two diamonds and what hangs on them; some steps do not heed SIGTERM, and one asks for approval. */
function twelveSteps(file: string): StepDefinition[] {
  const step = (
    task: string,
    needs: string[],
    mode = 'polite',
    ms = randomInt(200, 900),
  ): StepDefinition => ({
    task,
    needs,
    retries: 20,
    retryOn: ['lost'],
    backoff: { delay: '10ms', factor: 1 },
    cmd: [process.execPath, [stamp, file, String(ms), mode]],
  });
  return [
    step('a', []),
    step('b', ['a']),
    step('c', ['a'], 'stubborn'),
    step('d', ['b', 'c']),
    step('e', ['d']),
    step('f', ['d'], 'stubborn'),
    step('g', ['d']),
    step('h', ['e', 'f', 'g']),
    step('x', [], 'stubborn', longerThanLease),
    step('y', ['x']),
    step('z', ['h', 'y']),
    { ...step('asks', ['h']), approval: 'always' },
  ];
}

describe.each(isFullForm ? (['postgres', 'pglite'] as const) : (['postgres'] as const))(
  'kill -9 of a worker (%s)',
  (kind) => {
    const database = useDatabase(kind);

    it(`at ${points} random points loses no task, runs none twice at once, and is told by the attempts`, async () => {
      const config = await database.createFresh();
      const where: Record<string, string> =
        'url' in config ? { DATABASE_URL: config.url } : { NIGHTSHIFT_DATA: config.dataDir };
      const server = await startTestServer({ ...where, LEASE_SECONDS: '6' });
      onTestFinished(() => server.close());
      const directory = tempDir();
      const file = join(directory, 'lives.txt');
      writePlan(directory, 'twelve', { name: 'twelve', concurrency: 4, steps: twelveSteps(file) });
      let count = 0;
      const start = () => {
        const name = `w${++count}`;
        const setting = { directory, url: server.url, plan: 'twelve', name, concurrency: 4 };
        return { name, process: startWorker(setting) };
      };
      const workers = [start(), start()];
      const all = [...workers];
      const areReady = () => workers.every((one) => one.process.stderr().includes('takes tasks'));
      await expect.poll(areReady).toBe(true);

      const runIds = Array.from({ length: points }, (_, index) => `twelve-${index}`);
      const killed = new Set<string>();
      for (const runId of runIds) {
        expectType(await server.client.startRun({ plan: 'twelve', runId }), 'Run');
        await wait(randomInt(200, 2000));
        const victim = workers.shift();
        killed.add(victim?.name ?? '');
        await victim?.process.kill('SIGKILL');
        const successor = start();
        workers.push(successor);
        all.push(successor);
        const pids = workers.map((one) => one.process.pid);
        await expect.poll(() => orphansOf(file, pids), { interval: 150 }).toEqual([]);
      }
      for (const runId of runIds) {
        await expect
          .poll(() => statuses(server, runId), { interval: 200 })
          .toEqual({ SUCCEEDED: 11, AWAITING_APPROVAL: 1 });
      }
      expect(overlaps(readLives(file))).toEqual([]);
      const tasks = (await Promise.all(runIds.map((runId) => server.tasksOf(runId)))).flat();
      let lost = 0;
      for (const task of tasks) {
        const attempts = await server.client.attempts(task?.databaseId ?? 0);
        expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
        expect(attempts.at(-1)).toMatchObject({ endedBy: 'EXIT', exitCode: 0 });
        for (const { endedBy, worker, number, logExcerpt } of attempts.slice(0, -1)) {
          const said = all.find(({ name }) => name === worker)?.process.stderr() ?? '';
          const isKilled = killed.has(worker);
          const isKnown = isKilled || knowsOfLoss(said, task, number);
          // A command that never began is none that was lost.
          expect(isKilled ? ['LOST', 'INTERRUPTED'] : ['LOST'], `${worker}: ${logExcerpt}`).toContain(
            endedBy,
          );
          expect(isKnown).toBe(true);
          lost += Number(isKilled && endedBy === 'LOST');
        }
      }
      console.log(`${points} kills, ${tasks.length} tasks, ${lost} attempts lost`);
      expect(lost).toBeGreaterThan(0);
    });
  },
);

/**
 * Says whether a worker that lives knows that it has lost an attempt: one that a starved machine held up for longer than
 * its lease has to, and to have ended its command, if it ever heard of the lease.
 */
function knowsOfLoss(said: string, task: { task: string; runId: string } | null, number: number): boolean {
  const begun = `${task?.task} of ${task?.runId} started${number === 1 ? '' : `, attempt ${number}`}\n`;
  return said.includes(`of ${task?.runId}: its lease expired`) || !said.includes(begun);
}

async function statuses(server: TestServer, runId: string): Promise<Record<string, number>> {
  const tasks = await server.tasksOf(runId);
  return Object.fromEntries(
    Object.entries(Object.groupBy(tasks, (task) => task?.status ?? 'none')).map(([status, all]) => [
      status,
      all?.length ?? 0,
    ]),
  );
}

/** The processes of commands whose worker is gone: a starter or a guard may stand between the two. */
function orphansOf(file: string, workers: readonly number[]): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const parents = new Map(lines.map((line) => line.trim().split(/\s+/, 2).map(Number) as [number, number]));
  const isWorkers = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (workers.includes(pid) || isWorkers(parents.get(pid)));
  return lines.filter(
    (line) => line.includes(`${stamp} ${file}`) && !isWorkers(Number(line.trim().split(/\s+/, 1)[0])),
  );
}
