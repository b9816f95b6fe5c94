import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { toCommand } from '../../web/parts/filters/toCommand.ts';
import { taskFields, taskFilterOf } from '../../web/tasks/taskFilters.ts';
import { startTestServer, type TestServer } from '../orchestrator/support/server.ts';
import { send, type TaskJson } from '../server/serve.ts';
import { tempDir } from '../support/tempDir.ts';
import { noFilters } from './support/noFilters.ts';

const entry = fileURLToPath(new URL('../../orchestrator/nightshift.mjs', import.meta.url));

/** Names that a shell would read more into. */
const names = [
  "it's",
  '"$(id)" `id` $HOME',
  '-x',
  '--run=other',
  'a b,c',
  'back\\slash',
  '*?[a]',
  'בדיקה',
  '#1;ls&',
];

describe('What the page copies as a command', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    return () => server.close();
  });

  const report = async (fields: Record<string, unknown>) => {
    const json = { run_id: 'nightly', started_at: '2025-01-15T02:30:00Z', ...fields };
    const answer = await send(server.url, '/agents/tasks/', { method: 'POST', json });
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
    return answer.json<TaskJson>();
  };

  /** Runs a command in a shell, as whoever pastes it there. */
  const paste = async (command: string) => {
    const script = `nightshift() { "$NODE" "$ENTRY" "$@"; }\n${command} -o json`;
    const { PATH, HOME } = process.env;
    const env = {
      PATH,
      HOME,
      NODE: process.execPath,
      ENTRY: entry,
      API_BASE: server.url,
      API_KEY: server.key,
    };
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: tempDir(), env });
    return (JSON.parse(stdout) as { task: string }[]).map(({ task }) => task).sort();
  };

  it('lists the same as the page, whatever the names are', async () => {
    for (const task of [...names, 'other']) await report({ task, status: 'failed' });
    await report({ task: names[0], status: 'succeeded' });
    const values = {
      ...noFilters,
      status: ['failed'],
      task: names,
      since: ['2025-01-01'],
      until: ['2025-02-01'],
    };
    expect(await paste(toCommand('nightshift list', taskFields, values))).toEqual([...names].sort());
    const { nodes } = await server.client.tasks({ filter: taskFilterOf(values) });
    expect(nodes.map(({ task }) => task).sort()).toEqual([...names].sort());
  });

  it('has a flag for every filter', async () => {
    await report({ task: 'asks', status: 'awaiting_approval', run_id: 'waits', started_at: new Date() });
    await report({ task: 'asks', status: 'succeeded', run_id: 'waits' });
    const values = { ...noFilters, run: ['waits'], approval: ['pending'], since: ['7d'] };
    expect(await paste(toCommand('nightshift list', taskFields, values))).toEqual(['asks']);
    await report({
      task: 'breaks',
      status: 'failed',
      run_id: 'waits',
      outputs_uri: 'https://example.org/no,space',
      started_at: new Date(),
    });
    const failed = { ...noFilters, unacknowledged: ['true'], text: ['NO,space'] };
    expect(await paste(toCommand('nightshift list', taskFields, failed))).toEqual(['breaks']);
    const seen = { ...noFilters, acknowledged: ['true'] };
    expect(await paste(toCommand('nightshift list', taskFields, seen))).toEqual([]);
    const all = {
      ...noFilters,
      status: ['awaiting_approval'],
      task: ['asks'],
      run: ['waits'],
      until: ['1d'],
    };
    expect(await paste(toCommand('nightshift list', taskFields, all))).toEqual([]);
  });
});
