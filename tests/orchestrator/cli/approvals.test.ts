import stringWidth from 'string-width';
import { beforeAll, expect, it } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { startServer } from '../../server/startServer.ts';
import { useDatabase } from '../../support/databases.ts';
import { signIn, tokenOf } from '../../support/people.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';

const database = useDatabase('postgres');
let server: RunningServer;
beforeAll(async () => {
  const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
  server = await startServer({ ...config, database: database.config() });
  return () => server.close();
});

const run = (args: readonly string[], columns?: number) =>
  cliHere(args, tempDir(), { variables: { API_BASE: server.url }, columns });

it('`nightshift approvals` shows how many of how many have approved, and programs who', async () => {
  const client = createClient({ url: server.url, apiKey: server.key });
  const outputsUri = 'https://example.org/artifacts/a-report-with-a-long-name/of-the-whole-night/index.html';
  const make = async (task: string, required: number) => {
    const input = { task, runId: 'nightly-of-the-repository-2025-01-15', outputsUri };
    const made = await client.createTask({ ...input, status: 'AWAITING_APPROVAL' });
    const { databaseId } = expectType(made, 'Task');
    await database.db().query({
      text: `UPDATE approvals SET policy = policy || jsonb_build_object('required', $2::int) WHERE task_id = $1`,
      values: [databaseId, required],
    });
    return databaseId;
  };
  const [alone, both] = [await make('docs.of-everything', 1), await make('deploy.of-everything', 2)];
  const ann = await signIn({ db: database.db() }, 'ann@example.org', { grants: ['approver'] });
  const annsClient = createClient({
    url: server.url,
    apiKey: await tokenOf({ db: database.db() }, ann),
  });
  expectType(await annsClient.approveTask({ databaseId: both }), 'Task');

  const shown = await run(['approvals'], 80);
  const lines = shown.stdout.split('\n');
  expect(lines.find((line) => line.startsWith(`${both} `))).toMatch(/ 1 of 2/);
  expect(lines.find((line) => line.startsWith(`${alone} `))).toMatch(/ 0 of 1/);
  expect(lines.filter((line) => stringWidth(line) > 80 && line.trim() !== outputsUri)).toEqual([]);
  expect(JSON.parse((await run(['approvals', '-o', 'json'])).stdout)).toMatchObject([
    { id: alone, required: 1, voters: [] },
    { id: both, required: 2, voters: ['ann@example.org'] },
  ]);
});
