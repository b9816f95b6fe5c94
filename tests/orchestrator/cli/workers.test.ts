import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageVersion } from '../../../contract/packageVersion.ts';
import { protocol } from '../../../contract/protocol.ts';
import { eventually } from '../../support/eventually.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { startWorker, writePlan } from '../support/workers.ts';

const own = {
  version: packageVersion(),
  protocol,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
};

describe.each([
  ['the embedded database', { DATABASE_URL: '' }],
  ['PostgreSQL', {}],
])('The workers of a server on %s', (_name, variables) => {
  let server: TestServer;
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-workers-'));
  const run = (args: readonly string[], columns?: number) =>
    cliHere(args, directory, { variables: { API_BASE: server.url }, columns });
  const read = async (...args: string[]) =>
    JSON.parse((await run(['workers', '-o', 'json', ...args])).stdout) as Record<string, unknown>[];
  const stateOf = async (name: string) =>
    (await read('--all')).find(({ worker }) => worker === name)?.state ?? 'unknown';

  beforeAll(async () => {
    server = await startTestServer(variables);
    writePlan(directory, 'nightly', {
      project: 'acme/site',
      steps: [{ task: 'long', cmd: ['sleep', ['600']], labels: ['gpu'] }],
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('are none before any was there', async () => {
    const { code, stdout, stderr } = await run(['workers']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('No worker is running.');
  });

  it('say what they are, what they offer and what they run', async () => {
    const worker = startWorker({
      directory,
      url: server.url,
      plan: 'nightly',
      name: 'build-1',
      concurrency: 3,
      labels: ['gpu', 'linux'],
    });
    await eventually(() => expect(stateOf('build-1')).resolves.toBe('idle'));
    const [idle] = await read();
    expect(idle).toMatchObject({
      worker: 'build-1',
      ...own,
      is_outdated: false,
      concurrency: 3,
      labels: ['gpu', 'linux'],
      plans: [{ project: 'acme/site', plan: 'nightly', hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      running: 0,
      attempts: [],
    });
    await run(['start', 'nightly', '--run-id', 'tonight']);
    await eventually(() => expect(stateOf('build-1')).resolves.toBe('busy'));
    const [task] = await server.tasksOf('tonight');
    expect(await read()).toMatchObject([
      {
        running: 1,
        attempts: [{ task_id: task?.databaseId, task: 'long', run_id: 'tonight', number: 1 }],
      },
    ]);
    const { text } = await run(['workers'], 80);
    expect(text).toMatch(
      /^WORKER +STATE +SEEN +VERSION +PLANS +LABELS +RUNS\s*\nbuild-1 +busy .* 1 of 3: long/,
    );
    expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect((await run(['workers', '-o', 'csv'])).stdout).toMatch(/^worker,state,.*\r\nbuild-1,busy,/);

    await run(['drain', 'build-1']);
    expect(await stateOf('build-1')).toBe('draining');
    await run(['cancel', 'tonight', '--yes']);
    expect(await worker.ended()).toMatchObject({ code: 0 });
  });
});
