import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('nightshift view of a task with several attempts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** Makes a task whose attempts printed these texts. */
  async function attempted(runId: string, texts: readonly string[]): Promise<number> {
    const retries = texts.length - 1;
    const definition = {
      name: runId,
      steps: [{ task: 'a', retries, backoff: { delayMs: 0, factor: 1, maxMs: 0 } }],
    };
    await server.client.startRun({ definition, runId, exclusive: true });
    for (const logExcerpt of texts) {
      const offer = await server.client.leaseTask({ worker: 'w', runIds: [runId], waitMs: 20_000 });
      const leaseId = expectType(offer, 'LeaseOffer').lease?.leaseId ?? '';
      const ended = { ending: 'EXIT' as const, exitCode: 1, durationMs: 5, outputs: {}, logExcerpt };
      expectType(await server.client.finishAttempt({ leaseId, ...ended }), 'FinishedAttempt');
    }
    return (await server.tasksOf(runId))[0]?.databaseId ?? 0;
  }

  it('shows the output of the last one and says how to see another, which --attempt does', async () => {
    const id = await attempted('twice', ['what the first printed', 'what the last printed']);
    const view = (...args: string[]) =>
      cliHere(['view', String(id), ...args], tempDir(), { variables: { API_BASE: server.url } });
    const last = await view();
    expect(last.stdout).toContain('what the last printed');
    expect(last.stdout).not.toContain('what the first printed');
    expect(last.stderr).toContain(`nightshift view ${id} --attempt 1`);
    const first = await view('--attempt', '1');
    expect(first.stdout).toContain('what the first printed');
    expect([first.stdout.includes('what the last printed'), first.stderr]).toEqual([false, '']);
    expect(JSON.parse((await view('--attempt', '1', '-o', 'json')).stdout)).toMatchObject({
      log_excerpt: 'what the first printed',
    });
    const missing = await view('--attempt', '3');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain(`Task ${id} has no attempt 3; it has 1, 2.`);
  });

  it('says nothing of others where there are none', async () => {
    const id = await attempted('once', ['all that was printed']);
    const { stdout, stderr } = await cliHere(['view', String(id)], tempDir(), {
      variables: { API_BASE: server.url },
    });
    expect([stdout.includes('all that was printed'), stderr]).toEqual([true, '']);
  });
});
