import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { cli } from '../support/cli.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { onTerminal } from '../support/terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-widths-'));
let server: TestServer;
let id = 0;
const runId = 'nightly-of-the-whole-repository-2025-01-15';
const link = 'https://github.com/acme/a-repository-with-a-long-name/pull/123456';

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
  await cli(['start', 'nightly', '--run-id', 'started'], directory, { API_BASE: server.url });
  await cli(['reject', String(id + 1), '-y'], directory, { API_BASE: server.url });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const commands = [
  ['list'],
  ['runs'],
  ['approvals'],
  ['view', runId],
  ['view', 'started'],
  ['schedule'],
  ['deliveries'],
  ['audit'],
  ['plan', 'list'],
  ['plan', 'show'],
] as const;

describe('What commands print on a terminal', () => {
  it.each(commands.flatMap((command) => [60, 80, 120].map((columns) => ({ command, columns }))))(
    'fits its $columns columns with $command',
    async ({ command, columns }) => {
      const shown = await onTerminal(command, directory, { columns, variables: { API_BASE: server.url } });
      if (shown === undefined) return;
      expect(shown.code).toBe(0);
      const wide = shown.lines.filter((line) => stringWidth(line) > columns);
      // A link stays whole, so that it can be opened.
      expect(wide.filter((line) => line.trim() !== link)).toEqual([]);
    },
  );

  it('cuts neither the number nor the status of a task, nor the name of a run where runs are listed', async () => {
    const at = { columns: 60, variables: { API_BASE: server.url } };
    const list = await onTerminal(['list'], directory, at);
    if (list === undefined) return;
    expect(list.text).toMatch(new RegExp(`^${id} .*  awaiting approval`, 'm'));
    expect((await onTerminal(['runs'], directory, at))?.text).toContain(`${runId}  `);
    expect((await onTerminal(['approvals'], directory, at))?.text).toMatch(new RegExp(`^${id} `, 'm'));
  });
});

describe('What commands print into a pipe', () => {
  it.each(commands.filter(([name, what]) => name !== 'schedule' && what !== 'show'))(
    'is one line a row, with as many columns in each and nothing cut: %s %s',
    async (...command: (string | undefined)[]) => {
      const words = command.filter((word): word is string => word !== undefined);
      const { code, stdout } = await cli(words, directory, { API_BASE: server.url, FORCE_COLOR: '1' });
      expect(code).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      const rows = lines.slice(lines.findIndex((line) => line.includes('\t')));
      expect(rows.length).toBeGreaterThan(1);
      expect(new Set(rows.map((row) => row.split('\t').length)).size).toBe(1);
      for (const never of ['…', '\u001b']) expect(stdout).not.toContain(never);
    },
  );
});
