import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('nightshift trends', () => {
  let server: TestServer;
  const run = (args: readonly string[], columns?: number) =>
    cliHere(['trends', ...args], tempDir(), { variables: { API_BASE: server.url }, columns });

  beforeAll(async () => {
    server = await startTestServer();
    for (const [task, status, durationMs] of [
      ['lint', 'SUCCEEDED', 2000],
      ['lint', 'FAILED', 1000],
      ['a-step-with-a-name-that-is-as-long-as-names-may-be', 'SUCCEEDED', 3_600_000],
    ] as const)
      await server.client.createTask({ task, runId: 'tonight', status, durationMs });
  });
  afterAll(() => server.close());

  it('shows the runs and the steps of the last thirty days within 80 columns', async () => {
    const { code, stdout } = await run([], 80);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^30 days, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d \(UTC\)\n1 run: 1 failed\n\nSTEP/);
    expect(stdout).toMatch(/^lint +2 +50% +\d\.\ds +\d\.\ds/m);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('gives everything as JSON, and the steps as CSV', async () => {
    const { stdout } = await run(['--since', '1d', '--timezone', 'Asia/Kolkata', '-o', 'json']);
    const trends = JSON.parse(stdout);
    expect(trends).toMatchObject({ timezone: 'Asia/Kolkata', step_count: 2, decisions: { approved: 0 } });
    expect(trends.days).toHaveLength(2);
    const failed = trends.days.map((day: { failed: number }) => day.failed);
    expect(failed.toSorted()).toEqual([0, 1]);
    const csv = await run(['--sort', 'slowest', '-o', 'csv']);
    const [head, first] = csv.stdout.split('\r\n');
    expect(head).toContain('project,plan,task,succeeded,failed');
    expect(first).toContain('a-step-with-a-name');
  });

  it('says how many steps it does not show, and what is wrong with its options', async () => {
    expect((await run(['-n', '1'])).text).toContain('Showing 1 of 2 steps.');
    expect((await run(['--plan', 'weekly'])).text).toContain('No tasks in this time.');
    expect(await run(['--timezone', 'Mars'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be an IANA time zone'),
    });
  });
});
