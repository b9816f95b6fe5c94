import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { take } from '../../../orchestrator/cli/list.ts';
import { isAlive, pidsIn } from '../support/alive.ts';
import { startCli } from '../support/cli.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/commands/${name}`, import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'nightshift-signals-'));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ LEASE_SECONDS: '2' });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** A place whose plan has a quick step, one that never ends and forks, and one more. */
function place(name: string) {
  const directory = join(root, name);
  mkdirSync(directory);
  const steps = [
    { task: 'quick', cmd: ['node', [fixture('say.mjs'), 'x']] },
    { task: 'forks', cmd: ['node', [fixture('forkTree.mjs'), '1', 'stubborn']], grace: '300ms' },
    { task: 'last', cmd: ['node', [fixture('say.mjs'), 'x']] },
  ];
  writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify({ steps })};`);
  const logs = join(directory, '.nightshift', 'logs');
  const log = () =>
    readdirSync(logs)
      .filter((file) => file.endsWith('.log'))
      .map((file) => readFileSync(join(logs, file), 'utf8'))
      .join('');
  return { directory, log };
}

const tasksOf = async (name: string) => {
  const { rows: runs } = await take(server.client.walkRuns(), 1000);
  const ids = runs.map(({ runId }) => runId).filter((runId) => runId.includes(`${name}-2`));
  return (await Promise.all(ids.map((id) => server.tasksOf(id)))).flat();
};

describe('A signal at any moment', () => {
  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 150],
    ['SIGINT', 300],
    ['SIGTERM', 600],
  ] as const)(
    '%s %i ms after the start of a run leaves no process and true records',
    async (signal, delay) => {
      const name = `ended${delay}`;
      const { directory, log } = place(name);
      const run = startCli(['run', name], directory, { API_BASE: server.url });
      await run.printed('quick started');
      await wait(delay + Math.random() * 100);
      run.child.kill(signal);
      const { code } = await run.finished;
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(pidsIn(log()).filter(isAlive)).toEqual([]);
      const tasks = await tasksOf(name);
      expect(tasks).toHaveLength(3);
      for (const task of tasks) expect(['SUCCEEDED', 'FAILED', 'SKIPPED']).toContain(task?.status);
      expect(tasks[2]?.status).toBe('SKIPPED');
    },
  );
});

describe('A killed orchestrator', () => {
  it.each([0, 500])(
    '%i ms after the start of a run leaves no process, and its tasks are ended as lost and skipped',
    async (delay) => {
      const name = `killed${delay}`;
      const { directory, log } = place(name);
      const run = startCli(['run', name], directory, { API_BASE: server.url });
      await run.printed('quick started');
      await wait(delay + Math.random() * 100);
      run.child.kill('SIGKILL');
      await run.finished;
      await expect.poll(() => pidsIn(log()).filter(isAlive)).toEqual([]);
      await expect
        .poll(async () => (await tasksOf(name)).map((task) => task?.status), { interval: 250 })
        .toEqual([
          expect.stringMatching(/SUCCEEDED|FAILED/),
          expect.stringMatching(/FAILED|SKIPPED/),
          'SKIPPED',
        ]);
      const [, , last] = await tasksOf(name);
      expect(last?.reason).toContain('the process that ran it went away');
    },
  );
});

it('A run that waits for its server ends with one line when a signal comes', async () => {
  const { directory } = place('nobody');
  const run = startCli(['run', 'nobody'], directory, { API_BASE: 'http://127.0.0.1:9', API_KEY: 'any' });
  await run.printed('waiting up to');
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.finished;
  expect(stderr).toMatch(/\nStopped by SIGTERM\.\n$/);
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(143);
});
