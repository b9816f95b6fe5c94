import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import type { WorkerOptions } from '../../../orchestrator/worker/workerOptions.ts';
import { eventually } from '../../support/eventually.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

describe('A worker whose key is revoked while a command runs', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const makeKey = async (name: string) =>
    expectType(await server.client.createKey({ name, scopes: ['WORK'] }), 'MadeKey').secret;

  /** Lets a worker begin a command that waits for a file, revokes its key, and lets the command end. */
  async function revokeWhileItRuns(changes: Partial<WorkerOptions> = {}) {
    const [name, directory] = [`plan-${++count}`, tempDir()];
    const [begun, goOn] = [join(directory, 'begun'), join(directory, 'go')];
    let key = await makeKey(name);
    const apiKey = async () => key;
    const cmd = ['sh', ['-c', `touch ${begun}; until [ -e ${goOn} ]; do sleep 0.05; done`]];
    const worker = await workHere(
      server.url,
      { name, steps: [{ task: 'long', cmd }] },
      {
        dataDir: directory,
        client: createClient({ url: server.url, apiKey, retries: 0, timeoutMs: waitLimitMs }),
        patientClient: createClient({ url: server.url, apiKey, retries: 0, timeoutMs: waitLimitMs }),
        waitMs: 100,
        ...changes,
      },
    );
    const runId = `${name}-1`;
    expectType(await server.client.startRun({ plan: name, runId }), 'Run');
    await eventually(async () => expect(existsSync(begun)).toBe(true));
    await server.client.revokeKey(name);
    writeFileSync(goOn, '');
    return {
      ...worker,
      types: () => worker.events.map(({ type }) => type),
      status: async () => (await server.tasksOf(runId))[0]?.status,
      replaceKey: async () => {
        key = await makeKey(name);
      },
    };
  }

  it('says so once and goes on trying where another key may come, and reports with that', async () => {
    const worker = await revokeWhileItRuns({ keyMayChange: true });
    await eventually(async () => expect(worker.types()).toContain('keyRefused'));
    expect(worker.events.find(({ type }) => type === 'keyRefused')).toMatchObject({
      why: expect.stringContaining('was revoked'),
    });
    await worker.replaceKey();
    await eventually(async () => expect(await worker.status()).toBe('SUCCEEDED'));
    expect(worker.types()).toEqual(['leased', 'keyRefused', 'keyTaken', 'reported']);
  });

  it('keeps its report for the next start and ends with the reason where it has that key alone', async () => {
    const worker = await revokeWhileItRuns();
    await expect(worker.ended).rejects.toThrow(/was revoked/);
    expect(worker.types()).toEqual(['leased', 'kept']);
    expect(await worker.status()).toBe('RUNNING');
  });
});
