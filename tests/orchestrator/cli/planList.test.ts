import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startCli } from '../support/cli.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

describe('The plans of a server, on the command line,', () => {
  let server: TestServer;
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-plans-'));
  const run = (...args: string[]) =>
    cliHere(args, directory, { variables: { API_BASE: server.url, NIGHTSHIFT_PROJECT: 'acme/site' } });
  const write = (name: string, plan: object) =>
    writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify(plan)};`);
  beforeAll(async () => {
    server = await startTestServer();
    const steps = [{ task: 'a', cmd: ['true'] }];
    write('yearly', { schedule: '0 3 1 1 *', timezone: 'Europe/Berlin', steps });
    write('byHand', { steps });
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('are listed with their schedules and where they stand; a worker can keep schedules', async () => {
    const worker = startCli(['worker', 'yearly', 'byHand', '--schedule'], directory, {
      API_BASE: server.url,
      NIGHTSHIFT_PROJECT: 'acme/site',
    });
    await worker.printed('takes tasks of');
    worker.child.kill('SIGTERM');
    expect((await worker.finished).stderr).toMatch(/Plan +yearly runs next at .*-01-01 02:00:00Z \(/);
    const { stdout, code } = await run('plan', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/acme\/site:byHand\tmanual\t\tactive/);
    expect(stdout).toMatch(/acme\/site:yearly\t0 3 1 1 \* Europe\/Berlin\t\d{4}-01-01 02:00:00Z\tactive/);
  });

  it('say that they are paused wherever it is said when they run next', async () => {
    await run('plan', 'pause', '--plan', 'yearly.plan.mjs', '-m', 'release week');
    const said = /acme\/site:yearly is paused by local: release week/;
    expect((await run('plan', 'list', '--plan', 'yearly.plan.mjs')).stdout).toMatch(/^PLAN.*\n.*yearly.*\n$/);
    expect((await run('plan', 'list')).stdout).toMatch(/yearly\t.*paused by local: release week/);
    expect((await run('plan', 'show', 'yearly')).stderr).toMatch(said);
    await run('plan', 'resume', '--plan', 'yearly.plan.mjs');
    expect((await run('plan', 'show', 'yearly')).stderr).not.toMatch(said);
  });

  it('are shown with their days in words', async () => {
    const { stderr } = await run('plan', 'show', 'yearly');
    expect(stderr).toMatch(
      /^yearly: 0 3 1 1 \* Europe\/Berlin, next .*\nDue on day 1 of the month, in January\n/,
    );
  });

  it('leave the list when they are retired, and are started neither by their names nor from their files', async () => {
    await run('plan', 'retire', 'byHand');
    expect((await run('plan', 'list')).stdout).not.toContain('byHand');
    const listed = JSON.parse((await run('plan', 'list', '--retired', '-o', 'json')).stdout) as object[];
    expect(listed).toContainEqual(
      expect.objectContaining({ plan: 'byHand', project: 'acme/site', state: 'retired' }),
    );
    for (const command of ['start', 'run']) {
      const { stderr, code } = await run(command, 'byHand');
      expect([code === 0, stderr]).toEqual([
        false,
        expect.stringContaining('run "nightshift plan resume acme/site:byHand" to bring it back'),
      ]);
    }
    await run('plan', 'resume', 'byHand');
    expect((await run('start', 'byHand', '--run-id', 'resumed')).code).toBe(0);
    expect((await run('view', 'resumed')).stdout).toContain('Plan acme/site:byHand, started by local');
    expect(JSON.parse((await run('view', 'resumed', '-o', 'json')).stdout)).toMatchObject({
      plan: 'byHand',
      project: 'acme/site',
    });
  });

  it('are refused by validation where nobody can approve a gate of theirs', async () => {
    write('gated', { steps: [{ task: 'a', gate: { approvers: ['ann@example.org'] }, cmd: ['true'] }] });
    const { code, stderr } = await run('plan', 'validate', 'gated');
    expect([code, stderr]).toEqual([2, expect.stringContaining('step a: Only people can approve this')]);
  });

  it('have their gates passed with --yes, and what was made then approved by naming that approval', async () => {
    const steps = [
      { task: 'both', gate: true, approval: 'always', cmd: ['true'] },
      { task: 'after', needs: ['both'], cmd: ['true'] },
    ];
    await workHere(server.url, { name: 'both', steps }, { dataDir: tempDir() });
    const { runId } = expectType(await server.client.startRun({ plan: 'both' }), 'Run');
    const task = async () => (await server.tasksOf(runId)).find((one) => one?.task === 'both');
    const id = String((await task())?.databaseId);
    expect((await run('view', runId)).stdout).toMatch(/both\t.*awaiting approval.*asks before it runs/);
    const watching = startCli(['watch', runId], directory, { API_BASE: server.url });
    await watching.printed('both');
    expect((await run('approve', id, '--yes')).stdout).toContain('queued');
    await eventually(async () => expect((await task())?.status).toBe('AWAITING_APPROVAL'));
    const refused = await run('approve', id, '--yes');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--approval')]);
    const approval = /number (\d+),/.exec((await run('view', id)).stdout)?.[1] ?? '';
    expect((await run('approve', id, '--yes', '--approval', approval)).stdout).toContain('succeeded');
    const { stdout } = await watching.finished;
    expect(stdout).toContain('both succeeded');
    expect(stdout).not.toContain('tried again');
  });

  it('have the reason of what was rejected wherever it is shown', async () => {
    const steps = [{ task: 'gate', gate: true, cmd: ['true'] }];
    await workHere(server.url, { name: 'rejected', steps }, { dataDir: tempDir() });
    const { runId } = expectType(await server.client.startRun({ plan: 'rejected' }), 'Run');
    const [task] = await server.tasksOf(runId);
    await run('reject', String(task?.databaseId), '--yes', '-m', 'not today');
    expect((await run('view', runId)).stdout).toContain('rejected by local: not today');
  });
});
