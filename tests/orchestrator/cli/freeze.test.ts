import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskOf } from '../../../client/index.ts';
import { startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { writePlan } from '../support/workers.ts';

describe('The command line', () => {
  let server: TestServer;
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-freeze-'));
  const run = (...args: string[]) => cliHere(args, directory, { variables: { API_BASE: server.url } });
  beforeAll(async () => {
    server = await startTestServer();
    writePlan(directory, 'nightly', { steps: [{ task: 'a', cmd: ['true'] }] });
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('freezes a server, says so wherever nothing starts for it, and thaws it', async () => {
    const frozen =
      /The server is frozen by local since \S+ \S+ UTC: an incident\. Nothing starts until "nightshift thaw"\.\n/;
    expect((await run('freeze', '--why', '')).stderr).toMatch(/--why/);
    const done = await run('freeze', '--why', 'an incident');
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(frozen)]);
    const worker = startCli(['worker', 'nightly'], directory, { API_BASE: server.url });
    await worker.printed('Nothing starts until "nightshift thaw"');
    for (const args of [['list'], ['runs'], ['schedule'], ['start', 'nightly', '--run-id', 'one']])
      expect((await run(...args)).stderr).toMatch(frozen);
    // What programs read stays as it is.
    expect(JSON.parse((await run('list', '-o', 'json')).stdout)).toMatchObject([
      { run_id: 'one', status: 'queued' },
    ]);
    expect((await run('view', 'one')).stdout).toMatch(/It waits: the server is frozen by local/);
    const thawed = await run('thaw', '--note', 'it is over');
    expect([thawed.code, thawed.stdout]).toEqual([0, 'Thawed: what waited starts.\n']);
    await worker.printed('a of one succeeded');
    worker.child.kill('SIGTERM');
    expect((await worker.finished).stderr).toContain('The server is thawed: tasks start again.');
    expect((await run('thaw')).stdout).toBe('The server is not frozen.\n');
    expect((await run('list')).stderr).not.toMatch(frozen);
    const audit = await run('audit', '--kind', 'work', '-n', '10');
    expect(audit.stdout).toMatch(/freeze.*an incident/);
    expect(audit.stdout).toMatch(/thaw.*it is over/);
  });

  it('starts a run that waits until the server is thawed', async () => {
    await run('freeze', '--why', 'an incident');
    const running = startCli(['run', 'nightly'], directory, { API_BASE: server.url });
    await running.printed('Nothing starts until "nightshift thaw"');
    await run('thaw');
    const { code, stderr } = await running.finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining('The server is thawed: the run goes on.')]);
  });

  it('acknowledges failures, shows and filters them, and takes it back', async () => {
    const { client } = server;
    const record = async (task: string, status: 'FAILED' | 'SUCCEEDED') =>
      taskOf(await client.createTask({ task, runId: 'night', status })).databaseId;
    const [failed, other, fine] = [
      await record('links', 'FAILED'),
      await record('seo', 'FAILED'),
      await record('ok', 'SUCCEEDED'),
    ];
    const done = await run('ack', String(failed), String(fine), '--note', 'flaky mirror');
    expect([done.code, done.stdout]).toEqual([1, `${failed} links of night is acknowledged by local.\n`]);
    expect(done.stderr).toBe(
      `Could not acknowledge task ${fine}: Only failures can be acknowledged: task ${fine} is succeeded.\n`,
    );
    expect((await run('view', String(failed))).stdout).toMatch(
      /^Acknowledged: +by local at \S+ \S+: flaky mirror$/m,
    );
    const ids = async (...flags: string[]) =>
      JSON.parse((await run('list', '-o', 'json', ...flags)).stdout).map(({ id }: { id: number }) => id);
    expect(await ids('--acknowledged')).toEqual([failed]);
    expect(await ids('--unacknowledged')).toEqual([other]);
    expect((await run('list', '--run', 'night')).stdout).toMatch(/links.*acknowledged by local/);
    const csv = await fetch(
      `${server.url}/agents/tasks/paged.csv?acknowledged=true&columns=id,acknowledged_by,acknowledgement_note`,
    );
    expect(await csv.text()).toBe(
      `id,acknowledged_by,acknowledgement_note\r\n${failed},local,flaky mirror\r\n`,
    );
    const undone = await run('ack', String(failed), '--undo');
    expect([undone.code, undone.stdout]).toEqual([0, `${failed} links of night is not acknowledged.\n`]);
    expect(await ids('--acknowledged')).toEqual([]);
  });
});
