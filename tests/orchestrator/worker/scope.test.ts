import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { type CommandName, operationsOf } from '../../../contract/words/commands.ts';
import { type Operation, operationFacts, operations } from '../../../contract/words/operations.ts';
import { receiveWebhooks } from '../../server/notifications/receiver.ts';
import { serveViewersHere } from '../../server/serveViewers.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startCli } from '../support/cli.ts';
import { operationsIn } from '../support/operationsIn.ts';
import { startProxy } from '../support/proxy.ts';
import { writePlan } from '../support/workers.ts';

const link = 'https://github.com/user/repo/pull/123';
const node = (script: string) => ['node', ['-e', script]] as const;
const asks = { task: 'asks', cmd: node(`console.log('${link}')`) };

describe('A key with the scope work alone', () => {
  const database = useDatabase('postgres');

  /** A server that such a key is for, a directory for plans, and what the commands there ask the server for. */
  async function prepare() {
    const directory = tempDir();
    const server = await serveViewersHere(storeOf(database));
    const [key, otherKey] = [server.keyWith('work'), server.keyWith('work')];
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    const asked = new Set<Operation>();
    proxy.fault = (body) => {
      for (const operation of operationsIn(body)) asked.add(operation);
      return 'none';
    };
    // What the first tells nobody hears of, so that a later run reminds.
    const hooks = await receiveWebhooks((response, _received, count) =>
      response.writeHead(count === 1 ? 404 : 200).end(),
    );
    const start = (args: readonly string[], apiKey = key) => {
      const process = startCli(args, directory, {
        API_BASE: proxy.url,
        API_KEY: apiKey,
        SLACK_WEBHOOK: `${hooks.url}/slack`,
        PUBLIC_URL: server.url,
      });
      onTestFinished(() => void process.child.kill('SIGKILL'));
      return process;
    };
    const client = createClient({ url: server.url, apiKey: server.keyWith('read') });
    const tasks = async (name: string) => (await client.tasks({ filter: { task: [name] } })).nodes;
    return { directory, start, asked, hooks, tasks, otherKey };
  }

  it('is enough for `nightshift run`: to run, to tell of what awaits approval, and to be stopped', async () => {
    const { directory, start, asked, hooks, tasks, otherKey } = await prepare();
    writePlan(directory, 'nightly', {
      steps: [{ ...asks, approval: { mode: 'auto', approvers: ['ann@example.org'] } }],
    });
    writePlan(directory, 'endless', { steps: [{ task: 'endless', cmd: ['sleep', ['600']] }] });
    const first = await start(['run']).finished;
    expect(first, first.stderr).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not all were told'),
    });
    // Another key neither reads that run nor tells of it.
    expect(await start(['run'], otherKey).finished).toMatchObject({ code: 3 });
    expect(hooks.received).toHaveLength(2);
    expect(await start(['run']).finished).toMatchObject({ code: 3 });
    expect(hooks.received).toHaveLength(4);
    const awaiting = (await tasks('asks')).map(({ status, webhookError }) => [status, webhookError]);
    expect(awaiting).toEqual(awaiting.map(() => ['AWAITING_APPROVAL', null]));

    const stopped = start(['run', 'endless']);
    await eventually(async () => expect(await tasks('endless')).toMatchObject([{ status: 'RUNNING' }]));
    await eventually(() => expect([...asked]).toContain('extendLease'));
    stopped.child.kill('SIGINT');
    expect(await stopped.finished).toMatchObject({ code: 130 });
    expect(await tasks('endless')).toMatchObject([{ status: 'FAILED', reason: 'ended by SIGINT' }]);
    expectOf('run', asked, ['returnLease']);
  });

  it('is enough for `nightshift worker --schedule`, also after one that was killed and with another plan', async () => {
    const { directory, start, asked, hooks, tasks } = await prepare();
    const begun = JSON.stringify(join(directory, 'begun'));
    const script = `const { existsSync, writeFileSync } = require('fs');
      if (existsSync(${begun})) console.log('${link}');
      else { writeFileSync(${begun}, ''); setTimeout(() => {}, 600_000); }`;
    const step = { task: 'scheduled', cmd: node(script), retries: 1 };
    const schedule = '* * * * * *';
    writePlan(directory, 'nightly', { steps: [step], schedule });
    const killed = start(['worker', '--schedule']);
    await eventually(() => expect([...asked]).toContain('extendLease'));
    killed.child.kill('SIGKILL');
    await killed.finished;
    writePlan(directory, 'nightly', { steps: [step, asks], schedule });
    const worker = start(['worker', '--schedule']);
    await eventually(() => expect(hooks.received.length).toBeGreaterThan(0));
    await eventually(async () =>
      expect(await tasks('scheduled')).toContainEqual(
        expect.objectContaining({
          status: 'AWAITING_APPROVAL',
          webhookError: expect.stringContaining('404'),
        }),
      ),
    );
    worker.child.kill('SIGTERM');
    const { stderr } = await worker.finished;
    expect(stderr).not.toMatch(/scope|refus/);
    expectOf('worker', asked, ['readTask']);
  });

  it('is for nothing else', () => {
    const ofWork = operations.filter((operation) => {
      const facts = operationFacts[operation];
      return facts.scope === 'work' || 'work' in facts;
    });
    const asked = new Set([...allOf('run'), ...allOf('worker'), ...allOf('up')]);
    expect([...asked].sort()).toEqual([...ofWork, 'readViewer'].sort());
  });
});

/** Expects a command to have asked for all that the table of commands has, but for what these tests do not bring about. */
function expectOf(command: CommandName, asked: ReadonlySet<Operation>, others: readonly Operation[]): void {
  expect([...asked, ...others].sort()).toEqual(allOf(command).sort());
}

function allOf(command: CommandName): Operation[] {
  const { asks, mayAsk = [] } = operationsOf(command);
  return [...asks, ...mayAsk];
}
