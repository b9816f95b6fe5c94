import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../orchestrator/cli/main.ts';
import { cli } from '../support/cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-plan-command-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const diamond = {
  schedule: '30 2 * * *',
  timezone: 'Europe/Berlin',
  catchUp: 'skip',
  concurrency: 2,
  steps: [
    { task: 'build', cmd: ['npm', ['run', 'build']], retries: 2, retryOn: ['exit', 'lost'], lock: 'disk' },
    {
      task: 'test',
      cmd: ['npm', ['test']],
      needs: ['build'],
      idleTimeout: '5m',
      labels: ['gpu'],
      when: {
        platform: ['linux', 'darwin'],
        branch: 'main',
        env: { CI: true },
        outputs: { 'build.ok': 'yes' },
      },
    },
    { task: 'docs', cmd: ['true'], needs: ['build'] },
    {
      task: 'publish',
      cmd: ['npm', ['publish']],
      needs: ['test', 'docs'],
      approval: 'always',
      onOpen: 'supersede',
      secrets: ['NPM_TOKEN'],
    },
  ],
};

const wrong = { steps: [{ task: 'a', cmd: ['true'], when: { platform: 'windows' } }] };
writeFileSync(join(directory, 'p.plan.mjs'), `export default ${JSON.stringify(diamond)};`);
writeFileSync(join(directory, 'wrong.plan.mjs'), `export default ${JSON.stringify(wrong)};`);

/** Runs `nightshift plan` within this process. */
async function plan(args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const refuse = () => Promise.reject(new Error('the server is not needed here'));
  const gateway = {
    findServer: async () => null,
    hasTables: refuse,
    secureDataDir: refuse,
    start: refuse,
    createFirstKey: refuse,
    setRole: refuse,
    migrations: refuse,
    policyProblems: refuse,
  };
  const code = await runCli(['plan', ...args], {
    gateway,
    directory,
    stdin: new PassThrough(),
    stdout,
    stderr,
  });
  const textOf = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
}

/** Plan files that cannot be loaded, with the file and the place that is named, and the line that is shown. */
const faulty = [
  {
    what: 'a fault of JavaScript',
    name: 'semicolon.plan.mjs',
    text: 'export default {\n  steps: [\n    { task: "a", cmd: ["日本"] };\n  ],\n};\n',
    place: 'semicolon.plan.mjs:3:31 could not be loaded: ',
    line: '  3 |     { task: "a", cmd: ["日本"] };\n    |                                 ^',
  },
  {
    what: 'a fault of TypeScript',
    name: 'value.plan.ts',
    text: 'const a: number = ;\nexport default {};\n',
    place: 'value.plan.ts:1:19 could not be loaded: ',
    line: '  1 | const a: number = ;\n    |                   ^',
  },
  {
    what: 'an error that it throws',
    name: 'thrown.plan.mjs',
    text: 'const a = 1;\nexport default { steps: [missing] };\n',
    place: 'thrown.plan.mjs:2:26 could not be loaded: missing is not defined',
    line: '  2 | export default { steps: [missing] };\n    |                          ^',
  },
  {
    what: 'a fault of a file that it imports',
    name: 'imports.plan.mjs',
    text: 'import "./imported.mjs";\nexport default {};\n',
    place: 'imported.mjs:2:9 has an error: ',
    line: '  2 | let b = = 2;\n    |         ^',
  },
];
writeFileSync(join(directory, 'imported.mjs'), 'let a = 1;\nlet b = = 2;\n');

describe('nightshift plan', () => {
  it.each(faulty)('names the place of $what, and shows its line', async ({ name, text, place, line }) => {
    writeFileSync(join(directory, name), text);
    const { code, stderr } = await cli(['plan', 'validate', '--plan', name], directory);
    expect(stderr).toContain(place);
    expect(stderr).toContain(`\n${line}\n`);
    expect(code).toBe(2);
  });

  it('shows the schedule, the steps, and what differs from the defaults', async () => {
    const { code, stdout, stderr } = await plan(['show', 'p']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^p: 30 2 \* \* \* Europe\/Berlin, next 20\d\d-\d\d-\d\d 0[01]:30:00Z$/m);
    expect(stderr).toContain('Catch-up: none\nUp to 2 steps at once');
    for (const option of [
      '2 retries after exit or lost, pause 10s, ×2 each, at most 10m',
      'lock disk',
      'when on linux or darwin',
      'when on branch main',
      'when $CI is set',
      'when build.ok is "yes"',
      'idle timeout 5m',
      'labels gpu',
      'approval always',
      'if an approval is pending: supersede',
      'secrets NPM_TOKEN',
    ]) {
      expect(stdout).toContain(option);
    }
    const records = JSON.parse((await plan(['show', 'p', '-o', 'json'])).stdout);
    expect(records[1]).toMatchObject({ when: { branch: 'main' }, idle_timeout: '5m', on_open: 'run' });
  });

  it('shows what waits for what', async () => {
    expect((await plan(['graph', 'p'])).stdout).toBe(
      '1. build\n2. test (after build)\n   docs (after build)\n3. publish (after test, docs)\n',
    );
  });

  it('validate finds a good plan valid while the server is away, and says what was not checked', async () => {
    const policy = { approvers: ['ann@example.org'] };
    const steps = [{ task: 'a', cmd: ['true'], approval: policy }];
    writeFileSync(join(directory, 'policy.plan.mjs'), `export default ${JSON.stringify({ steps })};`);
    // Nothing listens there.
    const variables = { API_BASE: 'http://127.0.0.1:2', ADMIN_API_KEY: 'a-key-of-somebody' };
    const { code, stdout, stderr } = await cli(['plan', 'validate', 'policy'], directory, variables);
    expect(stderr).toMatch(
      /^Could not check at http:\/\/127\.0\.0\.1:2 whether someone can give its approvals: The API at .* cannot be reached/,
    );
    expect(stdout).toMatch(/policy\.plan\.mjs is valid: 1 step\n$/);
    expect(code).toBe(0);
  });

  it.each(['show', 'validate', 'graph'])('%s takes the file of a plan with --plan', async (command) => {
    const named = await plan([command, 'p']);
    expect(await plan([command, '--plan', join(directory, 'p.plan.mjs')])).toEqual(named);
    const both = await plan([command, 'p', '--plan', 'p.plan.mjs']);
    expect(both).toMatchObject({ code: 2, stdout: '' });
    expect(both.stderr).toContain('Pass the plan name (p) or its file (--plan p.plan.mjs), not both.');
  });

  it.each(['pause', 'resume', 'retire'])(
    '%s asks for a name or a file where neither is given',
    async (command) => {
      const { code, stderr } = await plan([command]);
      expect(stderr).toContain('Which plan? Pass its name, or its file with --plan FILE.');
      expect(code).toBe(2);
    },
  );

  it.each(['show', 'validate', 'graph'])('%s refuses a wrong plan with exit code 2', async (command) => {
    const { code, stdout, stderr } = await plan([command, 'wrong']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /step 1 \(a\), when\.platform: expected "win32", as Node\.js names it, got "windows"/,
    );
  });
});
