import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLives } from '../orchestrator/support/lives.ts';
import type { TestServer } from '../orchestrator/support/server.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { sized } from '../support/form.ts';
import { tempDir } from '../support/tempDir.ts';
import { useTwoServers } from './support/twoServers.ts';

const outageMs = sized({ short: 3500, full: 60_000 });
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/commands/${name}`, import.meta.url));
/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read, { interval: 100 });

describe('A worker', () => {
  const { patient, strict, proxyOf, start, endings } = useTwoServers(Math.ceil(outageMs / 1000) + 60);

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

  it(`whose server is away for ${outageMs / 1000} s goes on, and its result counts while its lease holds`, async () => {
    const { worker, lives, back } = await throughOutage(patient(), 'outage');
    await soon(() => worker.stderr()).toContain('their reports are saved until the server is back');
    expect(await endings('outage')).toEqual({ status: 'RUNNING', attempts: ['far: null'] });
    back();
    await soon(() => endings('outage')).toEqual({ status: 'SUCCEEDED', attempts: ['far: EXIT'] });
    expect(lives()).toHaveLength(1);
  });

  it('whose lease has lapsed during the outage is told so, and its result changes nothing', async () => {
    const { directory, worker, back } = await throughOutage(strict(), 'lapse');
    startWorker({ directory, url: strict().url, plan: 'lapse', name: 'near' });
    await soon(() => endings('lapse')).toMatchObject({
      attempts: ['far: LOST', expect.stringMatching(/^near/)],
    });
    back();
    await soon(() => worker.stderr()).toContain('long of lapse: its lease expired');
    await soon(() => endings('lapse')).toEqual({
      status: 'SUCCEEDED',
      attempts: ['far: LOST', 'near: EXIT'],
    });
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'that gets %s while its server is away has kept its report, and the next start hands it in',
    async (signal) => {
      const directory = tempDir();
      const plan = `kept-${signal.toLowerCase()}`;
      writePlan(directory, plan, { name: plan, steps: [{ task: 'long', cmd: ['sleep', ['1']] }] });
      const proxy = await proxyOf(patient());
      const worker = startWorker({ directory, url: proxy.url, plan, name: 'first' });
      await soon(() => worker.stderr()).toContain('takes tasks');
      await start(plan);
      await soon(() => endings(plan)).toEqual({ status: 'RUNNING', attempts: ['first: null'] });
      proxy.fault = () => 'away';
      await soon(() => worker.stderr()).toContain('their reports are saved until the server is back');
      await worker.kill(signal);
      startWorker({ directory, url: patient().url, plan, name: 'second' });
      await soon(() => endings(plan)).toEqual({ status: 'SUCCEEDED', attempts: ['first: EXIT'] });
      await soon(() => readdirSync(join(directory, '.nightshift/reports'))).toEqual([]);
    },
  );
});
