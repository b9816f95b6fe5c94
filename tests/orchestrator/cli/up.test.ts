import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, startCli } from '../support/cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-up-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('nightshift up', () => {
  it('serves, starts the plan on its schedule, lends its server to other commands, and drains on a signal', async () => {
    const plan = { schedule: '* * * * * *', steps: [{ task: 'slow', cmd: ['sleep', ['60']] }] };
    writeFileSync(join(directory, 'tick.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    const up = startCli(['up', 'tick'], directory, { PORT: '0', LOG_LEVEL: 'warn' });
    await up.printed('slow of tick-');

    const list = await cli(['list', '-o', 'json'], directory);
    expect(JSON.parse(list.stdout)).toMatchObject([{ task: 'slow', status: 'running' }]);
    expect(list.stderr).toBe('');

    up.child.kill('SIGTERM');
    const { code, stderr } = await up.finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/GraphiQL http:\/\/127\.0\.0\.1:\d+\/graphql/);
    expect(stderr).toMatch(/tick runs next at .*Z \(\* \* \* \* \* \* UTC\)/);
    expect(stderr).toMatch(/✖ slow of tick-.* failed in .*\(ended by SIGTERM\)/);

    const after = await cli(['list', '-o', 'json'], directory);
    expect(JSON.parse(after.stdout)).toMatchObject([{ task: 'slow', status: 'failed' }]);
  });

  it('serves while its plan file is faulty, and runs the plan once that is mended', async () => {
    const file = join(directory, 'broken.plan.mjs');
    writeFileSync(file, 'export default {;');
    const up = startCli(['up', 'broken'], directory, { PORT: '0', LOG_LEVEL: 'warn' });
    await up.printed('takes tasks of');
    expect((await cli(['list', '-o', 'json'], directory)).code).toBe(0);
    const plan = { steps: [{ task: 'mended', cmd: ['true'] }] };
    writeFileSync(file, `export default ${JSON.stringify(plan)};`);
    await up.printed('The plan is mended');
    expect((await cli(['start', 'broken'], directory)).code).toBe(0);
    await up.printed('✔ mended of broken-');
    up.child.kill('SIGTERM');
    const { code, stderr } = await up.finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/The schedule waits for the plan to be mended: .*could not be loaded/);
    expect(stderr).toMatch(/The worker waits for the plan to be mended, .*could not be loaded/);
    expect((await cli(['up', 'absent'], directory)).stderr).toContain('No plan "absent"');
  });
});
