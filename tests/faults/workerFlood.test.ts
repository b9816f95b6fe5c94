import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import type { StepDefinition } from '../../contract/plan/definition.ts';
import { isAlive, pidsIn } from '../orchestrator/support/alive.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { withEnoughTime } from '../support/enoughTime.ts';
import { isFullForm } from '../support/form.ts';
import { tempDir } from '../support/tempDir.ts';

const megabytes = isFullForm ? 1024 : 64;
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/commands/${name}`, import.meta.url));
/** In KiB. A worker alone takes some 150 MB; how much garbage lies on top depends on when V8 finds time to collect it. */
const mostMemory = 256 * 1024;

describe('A worker is not harmed by a command that', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** Has a worker run one step to its end; gives the task, the log of the run, and the most memory it had, in KiB. */
  async function run(plan: string, step: Omit<StepDefinition, 'task'>) {
    const directory = tempDir();
    writePlan(directory, plan, { name: plan, steps: [{ task: 'wild', ...step }] });
    const worker = startWorker({ directory, url: server.url, plan, name: 'w' });
    await expect.poll(() => worker.stderr()).toContain('takes tasks');
    expectType(await server.client.startRun({ plan, runId: plan }), 'Run');
    const read = async () => (await server.tasksOf(plan))[0];
    await expect.poll(async () => (await read())?.finishedAt ?? null).not.toBeNull();
    const status = readFileSync(`/proc/${worker.pid}/status`, 'utf8');
    const memory = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    console.log(`${plan}: at most ${Math.round(memory / 1024)} MB of memory`);
    const logs = join(directory, '.nightshift', 'logs');
    const [log = ''] = readdirSync(logs).filter((name) => name.endsWith('.log'));
    return { task: await read(), log: join(logs, log), memory };
  }

  it(`prints ${megabytes} MB without a line end: both ends are kept, and what is left out is named`, async () => {
    const { task, log, memory } = await run('one-line', {
      cmd: [process.execPath, [fixture('flood.mjs'), String(megabytes)]],
    });
    expect(task?.status).toBe('SUCCEEDED');
    expect(memory).toBeLessThan(mostMemory);
    expect(task?.logExcerpt).toMatch(/^x+ … x*\nthe last line$/);
    expect(statSync(log).size).toBeLessThan(1024 ** 2);
    expect(readFileSync(log, 'utf8')).toMatch(/x{100} … [\d,]+ characters left out … x{100}/);
  });

  it(`prints ${megabytes} MB of short lines: both ends are kept, and what is left out is named`, async () => {
    const { task, log, memory } = await run('many-lines', {
      cmd: [process.execPath, [fixture('flood.mjs'), String(megabytes), 'lines']],
    });
    expect(task?.status).toBe('SUCCEEDED');
    expect(memory).toBeLessThan(mostMemory);
    expect(task?.logExcerpt).toMatch(/^0123456789\S+\n[\s\S]+ lines left out …\n[\s\S]+\nthe last line$/);
    expect(statSync(log).size).toBeLessThan(31 * 1024 ** 2);
    const text = readFileSync(log, 'utf8');
    expect(text).toMatch(/^\[nightshift\] [\d,.]+ MB left out here$/m);
    expect(text.endsWith('the last line\n')).toBe(true);
  });

  it('forks, does not heed SIGTERM, and takes too long: nothing of it is left', async () => {
    const stubborn = (limitMs: number) =>
      run(`stubborn-${limitMs}`, {
        timeout: `${limitMs}ms`,
        grace: '1s',
        cmd: [process.execPath, [fixture('forkTree.mjs'), '3', 'stubborn']],
      });
    const pidsOf = ({ log }: { log: string }) => pidsIn(readFileSync(log, 'utf8'));
    const { result } = await withEnoughTime(2000, stubborn, (one) => pidsOf(one).length === 4);
    expect(result.task).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('timed out') });
    const pids = pidsOf(result);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
