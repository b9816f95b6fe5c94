import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { onTerminal } from '../support/terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-widths-'));
let server: TestServer;
let id = 0;
const runId = 'nightly-of-the-whole-repository-2025-01-15';
const link = 'https://github.com/acme/a-repository-with-a-long-name/pull/123456';

/** Runs a command within this process, in a pipe or on a terminal of so many columns. */
const here = (args: readonly string[], columns?: number) =>
  cliHere(args, directory, { variables: { API_BASE: server.url, FORCE_COLOR: '1' }, columns });

beforeAll(async () => {
  server = await startTestServer({ SLACK_WEBHOOK: 'http://127.0.0.1:9/hook' });
  const steps = [
    { task: 'build.of-everything-that-there-is', cmd: ['node', ['-e', 'a long command '.repeat(8)]] },
    { task: 'deploy', cmd: ['true'], needs: ['build.of-everything-that-there-is'], retries: 2, lock: 'site' },
  ];
  const plan = { schedule: '30 2 * * *', steps };
  writeFileSync(join(directory, 'nightly.plan.mjs'), `export default ${JSON.stringify(plan)};`);
  for (const status of ['AWAITING_APPROVAL', 'FAILED', 'SUCCEEDED', 'RUNNING'] as const) {
    const input = { task: `seo.validate-${status}`, runId, status, outputsUri: link };
    const made = expectType(await server.client.createTask(input), 'Task');
    if (status === 'AWAITING_APPROVAL') id = made.databaseId;
  }
  await here(['start', 'nightly', '--run-id', 'started']);
  await here(['reject', String(id + 1), '-y']);
  await server.client.leaseTask({
    worker: 'runner-of-the-whole-cluster.internal.example.org/123456',
    planHashes: ['0'.repeat(64)],
    labels: ['linux', 'a-graphics-card-with-memory'],
    about: { version: '0.0.1', platform: 'linux x64', concurrency: 4 },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const commands = [
  ['list'],
  ['runs'],
  ['trends'],
  ['approvals'],
  ['view', runId],
  ['view', 'started'],
  ['schedule'],
  ['deliveries'],
  ['audit'],
  ['plan', 'list'],
  ['workers', '--all'],
  ['plan', 'show'],
] as const;

function expectToFit(lines: readonly string[], columns: number): void {
  const wide = lines.filter((line) => stringWidth(line) > columns);
  // A link stays whole, so that it can be opened.
  expect(wide.filter((line) => line.trim() !== link)).toEqual([]);
}

describe('What commands print on a terminal', () => {
  it.each(commands.flatMap((command) => [60, 80, 120].map((columns) => ({ command, columns }))))(
    'fits its $columns columns with $command',
    async ({ command, columns }) => {
      const { code, text } = await here(command, columns);
      expect(code).toBe(0);
      expectToFit(text.split('\n'), columns);
    },
  );

  it.each([60, 80, 120])('fits the %i columns of a real one', async (columns) => {
    const variables = { API_BASE: server.url };
    const shown = await onTerminal(['view', runId], directory, { columns, variables });
    if (shown === undefined) return;
    expect(shown.code).toBe(0);
    expectToFit(shown.lines, columns);
    expect(Math.max(...shown.lines.map((line) => stringWidth(line)))).toBeGreaterThan(columns / 2);
  });

  it('cuts neither the number nor the status of a task, nor the name of a run where runs are listed', async () => {
    expect((await here(['list'], 60)).stdout).toMatch(new RegExp(`^${id} .*  awaiting approval`, 'm'));
    expect((await here(['runs'], 60)).stdout).toContain(`${runId}  `);
    expect((await here(['approvals'], 60)).stdout).toMatch(new RegExp(`^${id} `, 'm'));
  });
});

describe('What commands print into a pipe', () => {
  it.each(commands.filter(([name, what]) => name !== 'schedule' && what !== 'show'))(
    'is one line a row, with as many columns in each and nothing cut: %s %s',
    async (...command: (string | undefined)[]) => {
      const words = command.filter((word): word is string => word !== undefined);
      const { code, stdout } = await here(words);
      expect(code).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      const rows = lines.slice(lines.findIndex((line) => line.includes('\t')));
      expect(rows.length).toBeGreaterThan(1);
      expect(new Set(rows.map((row) => row.split('\t').length)).size).toBe(1);
      for (const never of ['…', '\u001b']) expect(stdout).not.toContain(never);
    },
  );
});
