import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { cli, startCli } from '../support/cli.ts';
import { putDatabase } from '../support/putDatabase.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-up-'));
const database = useDatabase('postgres');
/** A database that starts faster than the embedded one. */
const variablesOf = () => {
  const config = database.config();
  return { PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: 'url' in config ? config.url : '' };
};
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('nightshift up', () => {
  it('serves, starts the plan on its schedule, lends its server to other commands, and drains on a signal', async () => {
    const plan = { schedule: '* * * * * *', steps: [{ task: 'slow', cmd: ['sleep', ['60']] }] };
    await putDatabase(directory);
    writeFileSync(join(directory, 'tick.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    const up = startCli(['up', 'tick'], directory, { PORT: '0', LOG_LEVEL: 'warn' });
    await up.printed('slow of tick-');

    const list = await cli(['list', '-o', 'json'], directory);
    expect(JSON.parse(list.stdout)).toMatchObject([{ task: 'slow', status: 'running' }]);
    expect(list.stderr).toBe('');

    expect(readdirSync(directory).filter((name) => name.startsWith('orchestration-'))).toEqual([]);
    expect(readdirSync(join(directory, '.nightshift', 'logs'))).toHaveLength(1);

    up.child.kill('SIGTERM');
    const { code, stderr } = await up.finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/Page +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(stderr).toMatch(/GraphiQL http:\/\/127\.0\.0\.1:\d+\/graphql/);
    expect(stderr).toMatch(/tick runs next at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \(\* \* \* \* \* \* UTC\)/);
    expect(stderr).toMatch(/✖ slow of tick-.* failed in .*\(ended by SIGTERM\)/);

    const after = await cli(['list', '-o', 'json'], directory);
    expect(JSON.parse(after.stdout)).toMatchObject([{ task: 'slow', status: 'failed' }]);
  });

  it('says how to approve what waits, gates and what waited before included', async () => {
    const link = 'https://github.com/acme/site/pull/7';
    const steps = [
      { task: 'opens', cmd: ['echo', [link]] },
      { task: 'asks', cmd: ['true'], gate: true },
    ];
    writeFileSync(join(directory, 'held.plan.mjs'), `export default ${JSON.stringify({ steps })};`);
    const variables = variablesOf();
    const up = startCli(['up', 'held'], directory, variables);
    await up.printed('takes tasks of');
    // The gate is seen with a look, the other with the worker's report: either may be first.
    const told = Promise.all(
      ['asks', 'opens'].map((task) => up.printed(`${task} of held-1 needs approval: nightshift approve `)),
    );
    await cli(['start', 'held', '--run-id', 'held-1'], directory, variables);
    await told;
    up.child.kill('SIGTERM');
    await up.finished;

    const again = startCli(['up', 'held'], directory, variables);
    await again.printed('"nightshift reject ID"');
    again.child.kill('SIGTERM');
    const { stderr } = await again.finished;
    expect(stderr).toMatch(/^2 tasks need approval:$/m);
    expect(stderr).toMatch(/^ {2}nightshift approve \d+ +asks \(asks before it runs\)$/m);
    expect(stderr).toMatch(/^ {2}nightshift approve \d+ +opens https:\/\/github.com\/acme\/site\/pull\/7$/m);
  });

  it('works without introspection, and leads nobody to GraphiQL where that is off', async () => {
    const plan = { schedule: '* * * * * *', steps: [{ task: 'quick', cmd: ['true', []] }] };
    writeFileSync(join(directory, 'closed.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    const variables = { ...variablesOf(), GRAPHIQL: 'off', INTROSPECTION: 'off' };
    const up = startCli(['up', 'closed'], directory, variables);
    await up.printed('✔ quick of closed-');
    up.child.kill('SIGTERM');
    const { stderr, stdout } = await up.finished;
    expect(stderr).toMatch(/REST +http/);
    expect(stderr + stdout).not.toMatch(/GraphiQL|\/graphql/);
  });

  it('says that it does not speak to the server that API_BASE names', async () => {
    const own = mkdtempSync(join(directory, 'base-'));
    writeFileSync(join(own, '.env.nightshift'), 'API_BASE=https://nightshift.example.org\n', { mode: 0o600 });
    const up = startCli(['up'], own, variablesOf());
    await up.printed('No plan has a schedule.');
    up.child.kill('SIGTERM');
    expect((await up.finished).stderr).toContain(
      'Ignoring API_BASE (https://nightshift.example.org): "nightshift up" starts its own server.',
    );
  });

  it('serves while its plan file is faulty, and runs the plan once that is mended', async () => {
    const file = join(directory, 'broken.plan.mjs');
    writeFileSync(file, 'export default {;');
    const variables = variablesOf();
    const up = startCli(['up', 'broken'], directory, variables);
    await up.printed('takes tasks of');
    expect((await cli(['list', '-o', 'json'], directory, variables)).code).toBe(0);
    const plan = { steps: [{ task: 'mended', cmd: ['true'] }] };
    writeFileSync(file, `export default ${JSON.stringify(plan)};`);
    await up.printed('The plan is fixed');
    expect((await cli(['start', 'broken'], directory, variables)).code).toBe(0);
    await up.printed('✔ mended of broken-');
    up.child.kill('SIGTERM');
    const { code, stderr } = await up.finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/The schedule waits for the plan to be fixed: .*could not be loaded/);
    expect(stderr).toMatch(/Waiting for the plan to be fixed; .*could not be loaded/);
    expect((await cli(['up', 'absent'], directory, variables)).stderr).toContain('No plan "absent"');
  });
});
