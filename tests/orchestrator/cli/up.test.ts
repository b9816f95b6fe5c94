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
});
