import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planArgument } from '../../../orchestrator/plan/planArgument.ts';
import { planInput } from '../../../orchestrator/plan/planInput.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('nightshift schedule', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const schedule = (...args: string[]) =>
    cliHere(['schedule', ...args], tempDir(), { variables: { API_BASE: server.url } });

  it('says what to do while nothing has been due', async () => {
    expect(await schedule()).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There are no scheduled runs yet. "nightshift up" runs plans on their schedules.\n',
    });
    expect((await schedule('--plan', 'nightly')).stderr).toMatch(/^nightly has no scheduled runs yet\./);
  });

  it('lists due times, the latest first, with the run or the reason, of one plan when asked', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000;
    const due = [second, second + 1000].map((time) => new Date(time).toISOString());
    for (const name of ['nightly', 'weekly']) {
      const plan = readPlan({ name, steps: [{ task: 'a', cmd: ['true'] }] }, 'x', 'x');
      const told = { definition: planArgument(planInput(plan, [])), schedule: '* * * * *', dueTimes: due };
      await expect.poll(async () => JSON.stringify(await server.client.settleDue(told))).toContain('SKIPPED');
    }
    const table = await schedule('-n', '3');
    expect(table.stdout.split('\n').map((line) => line.split('\t'))).toEqual([
      ['DUE', 'PLAN', 'OUTCOME', 'RUN OR REASON'],
      [expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/), 'nightly', 'skipped', expect.any(String)],
      [expect.any(String), 'weekly', 'skipped', expect.stringMatching(/^weekly-.* was still in progress$/)],
      [expect.any(String), 'nightly', 'started', expect.stringMatching(/^nightly-\d{4}/)],
      [''],
    ]);
    const json = JSON.parse((await schedule('--plan', 'weekly', '-o', 'json')).stdout);
    expect(json).toMatchObject([
      { plan: 'weekly', outcome: 'skipped', run_id: null },
      { plan: 'weekly', outcome: 'started', reason: null },
    ]);
    const csv = await schedule('-o', 'csv', '-n', '1');
    expect(csv.stdout).toMatch(
      /^plan,due_at,outcome,run_id,reason,recorded_at,project\r\nnightly,.*,skipped,,/,
    );
  });

  it('explains itself, and refuses more than it can list', async () => {
    const help = await schedule('--help');
    expect(help.stdout).toMatch(/Usage: nightshift schedule[\s\S]*--plan <name>[\s\S]*Examples:/);
    expect(await schedule('-n', '201')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('from 1 to 200'),
    });
  });
});
