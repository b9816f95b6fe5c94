import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const entry = fileURLToPath(new URL('../../../orchestrator/nightshift.mjs', import.meta.url));
const say = fileURLToPath(new URL('../../fixtures/commands/say.mjs', import.meta.url));

/** A write beyond the limit of `ulimit -f` is an error then, as on a full disk, and does not end the process. */
const toleratingFullFiles = 'data:text/javascript,process.on("SIGXFSZ", () => {})';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

let names = 0;
/** A directory with a plan of one step; `run` runs it, where `shell` was said before. */
function place(...args: string[]) {
  const directory = tempDir();
  const name = `files${names++}`;
  const plan = { steps: [{ task: 'a', cmd: ['node', [say, ...args]] }] };
  writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify(plan)};`);
  const days = [0, 1].map((day) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10));
  // One project for all directories, so that no id of a run has a prefix.
  const own = { API_BASE: server.url, API_KEY: server.key, NIGHTSHIFT_PROJECT: 'acme/files' };
  const env = { PATH: process.env.PATH, ...own };
  return {
    directory,
    /** Puts something where the run's file with that ending is to be. */
    plant: (ending: string, put: (path: string) => void) => {
      for (const day of days) put(join(directory, `orchestration-${name}-${day}.${ending}`));
    },
    read: (ending: string) => {
      const file = readdirSync(directory).find((one) => one.endsWith(ending)) ?? '';
      return readFileSync(join(directory, file), 'utf8');
    },
    run: (more: readonly string[] = [], shell = '') =>
      execa(
        'sh',
        [
          '-c',
          `${shell} exec "$0" "$@"`,
          process.execPath,
          '--import',
          toleratingFullFiles,
          entry,
          'run',
          name,
          '-o',
          'json',
          '--logs',
          '.',
          ...more,
        ],
        { cwd: directory, env, extendEnv: false, reject: false },
      ),
    runs: async () => (await server.client.runs()).nodes.filter(({ runId }) => runId.startsWith(`${name}-`)),
  };
}

describe('A run whose log cannot be written', () => {
  it.each([
    [
      'a link is',
      (path: string) => symlinkSync('/etc/hostname', path),
      /is a link, which is not followed; remove it/,
    ],
    ['a directory is', (path: string) => mkdirSync(path), /is not a file; remove it/],
  ])('because %s in its place goes on, says so, and ends as its steps did', async (_, put, why) => {
    const { plant, run, runs, read } = place('exit=0');
    plant('log', put);
    const { exitCode, stdout, stderr } = await run();
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/Could not write the log of this run: .*\. The run continues without it\./);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      exit_code: 0,
      log_file: null,
      steps: [{ status: 'succeeded' }],
    });
    expect(JSON.parse(read('.json'))).toMatchObject({ log_file: null });
    expect(await runs()).toMatchObject([{ finishedAt: expect.any(String) }]);
  });

  it('any further goes on, says so once, and ends as its steps did', async () => {
    const { run } = place('x'.repeat(4000), 'exit=3');
    const { exitCode, stdout, stderr } = await run([], 'ulimit -f 1;');
    expect(stderr.match(/The log of this run is incomplete/g)).toHaveLength(1);
    expect(stderr).toMatch(/Could not write the result of this run/);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ exit_code: 1, steps: [{ status: 'failed' }] });
  });
});

it('A run whose result cannot be written shows it and ends as its steps did', async () => {
  const { plant, run, read } = place('exit=3');
  plant('json', (path) => mkdirSync(path));
  const { exitCode, stdout, stderr } = await run();
  expect(stderr).toMatch(/Could not write the result of this run: .*\.json is a directory; remove it/);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ exit_code: 1 });
  expect(read('.log')).toMatch(/ended at .* with exit code 1/);
});

it('A run is not begun where the directory of its files cannot be made', async () => {
  const { directory, run, runs } = place('exit=0');
  writeFileSync(join(directory, 'taken'), '');
  const { exitCode, stderr } = await run(['--logs', 'taken/logs']);
  expect(stderr).toMatch(/--logs: expected a writable directory, got .*taken\/logs/);
  expect(exitCode).toBe(2);
  expect(await runs()).toEqual([]);
  expect(existsSync(join(directory, 'logs'))).toBe(false);
});
