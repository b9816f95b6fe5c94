import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../client/index.ts';
import { type CommandName, commandFacts, operationsOf, scopesOf } from '../../../contract/words/commands.ts';
import type { Operation } from '../../../contract/words/operations.ts';
import { serveViewers, type ViewerServer } from '../../server/serveViewers.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { listCommands } from '../support/listCommands.ts';
import { operationsIn } from '../support/operationsIn.ts';
import { type BadNetwork, startProxy } from '../support/proxy.ts';
import { writePlan } from '../support/workers.ts';

it('The table of commands has each command of the command line, and no other', async () => {
  expect(Object.keys(commandFacts).sort()).toEqual((await listCommands()).map(([path]) => path).sort());
});

/** What each command is called with here, as often as it takes to see all that it asks for; tasks by their names. */
const calls: Partial<Record<CommandName, readonly (readonly string[])[]>> = {
  start: [['nightly']],
  workers: [['--all']],
  drain: [['w']],
  list: [['-n', '1']],
  runs: [['-n', '1']],
  trends: [[]],
  view: [['#ended'], ['ended']],
  watch: [['ended']],
  schedule: [[]],
  approvals: [[]],
  approve: [['#asks', '--yes']],
  reject: [['#asksToo', '--yes']],
  deliveries: [[]],
  redeliver: [['00000000-0000-4000-8000-000000000000']],
  'channels list': [[]],
  'channels test': [['slack']],
  ack: [
    ['#failed', '--note', 'on it'],
    ['#failed', '--undo'],
  ],
  freeze: [['--why', 'an incident']],
  thaw: [[]],
  cancel: [['#open', 'ended', '--yes']],
  audit: [[]],
  retry: [['#ended'], ['ended']],
  prune: [['--before', '2020-01-01', '--yes']],
  'plan show': [['nightly']],
  'plan validate': [['nightly']],
  'plan graph': [['nightly']],
  'plan list': [[]],
  'plan pause': [['nightly']],
  'plan resume': [['nightly']],
  'plan retire': [['nightly']],
  'plan trust': [['nightly', 'github.com/acme/site']],
  whoami: [[]],
  'keys create': [['--name', 'ci', '--scopes', 'read']],
  'keys list': [[]],
  'keys rotate': [['ci']],
  'keys revoke': [['ci']],
  'keys generate': [[]],
  'people list': [[]],
  'people role': [['ann@example.org', 'operator']],
  'people remove': [['ann@example.org']],
  'people forget': [['ann@example.org', '--yes']],
  'people link': [['1', 'ann@example.org']],
  'people unlink': [['1']],
  'people delegate': [
    ['bob@example.org', '--until', '2030-01-01'],
    ['bob@example.org', '--end'],
  ],
  key: [[]],
};

describe('A command', () => {
  const database = useDatabase('postgres');
  let server: ViewerServer;
  let proxy: BadNetwork;
  let admin: Client;
  const ids = new Map<string, number>();
  beforeAll(async () => {
    server = await serveViewers(storeOf(database));
    proxy = await startProxy(server.url);
    admin = createClient({ url: server.url, apiKey: server.keyWith('admin') });
    for (const [task, status] of [
      ['ended', 'SUCCEEDED'],
      ['failed', 'FAILED'],
      ['asks', 'AWAITING_APPROVAL'],
      ['asksToo', 'AWAITING_APPROVAL'],
      ['open', 'QUEUED'],
    ] as const) {
      const made = await admin.createTask({ task, runId: task, status });
      if (made.__typename === 'Task') ids.set(`#${task}`, made.databaseId);
    }
  });
  afterAll(async () => {
    proxy.close();
    await server.close();
  });

  const tested = Object.entries(calls) as [CommandName, readonly string[][]][];

  it.each(tested)('%s asks for what the table has, and its scopes are enough', async (command, all) => {
    const directory = tempDir();
    writePlan(directory, 'nightly', {
      schedule: '30 2 * * *',
      steps: [{ task: 'a', cmd: ['true'], approval: { mode: 'always', approvers: ['ann@example.org'] } }],
    });
    const asked = new Set<Operation>();
    proxy.fault = (body) => {
      for (const operation of operationsIn(body)) asked.add(operation);
      return 'none';
    };
    const API_KEY = server.keyWith(...scopesOf(command));
    for (const given of all) {
      const args = [...command.split(' '), ...given.map((word) => String(ids.get(word) ?? word))];
      const { text } = await cliHere(args, directory, { variables: { API_BASE: proxy.url, API_KEY } });
      expect(text).not.toMatch(/This requires the \w+ scope/);
    }
    const { asks, mayAsk = [] } = operationsOf(command);
    expect([...asked].filter((operation) => !mayAsk.includes(operation)).sort()).toEqual([...asks].sort());
  });

  it('that is not tested so runs tasks, or asks no server', () => {
    const others = (Object.keys(commandFacts) as CommandName[]).filter((one) => calls[one] === undefined);
    // What `run` and `worker` ask for is recorded beside the worker; `up` asks its own server, `login` for no operation of GraphQL.
    expect(others).toEqual(['up', 'run', 'worker', 'login', 'logout', 'db migrate', 'db status']);
  });
});
