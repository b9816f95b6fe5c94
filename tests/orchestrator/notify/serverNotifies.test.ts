import { describe, expect, it, onTestFinished } from 'vitest';
import { receiveWebhooks } from '../../server/notifications/receiver.ts';
import { copyDirectory, copyOnServer } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { isFullForm } from '../../support/form.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cli } from '../support/cli.ts';
import { startTestServer } from '../support/server.ts';
import { writePlan } from '../support/workers.ts';

const link = 'https://github.com/user/repo/pull/123';

/** A directory with a plan of one step that opens a pull request, and variables for commands in it. */
function prepare(variables: Record<string, string>) {
  const directory = tempDir();
  writePlan(directory, 'nightly', {
    steps: [{ task: 'asks', cmd: ['node', ['-e', `console.log(${JSON.stringify(link)})`]] }],
  });
  const all = { NIGHTSHIFT_DATA: `${directory}/data`, LOG_LEVEL: 'warn', ...variables };
  return { run: (...args: string[]) => cli(args, directory, all) };
}

describe('A run whose server tells its channels', () => {
  it('tells nobody itself, and its own embedded server has told them before it ends', async () => {
    const hooks = await receiveWebhooks();
    const { config, remove } = await (isFullForm ? copyDirectory() : copyOnServer());
    onTestFinished(remove);
    const { run } = prepare({
      SLACK_WEBHOOK: `${hooks.url}/slack`,
      OUTBOUND_ALLOW: '127.0.0.1',
      ...('url' in config ? { DATABASE_URL: config.url } : { NIGHTSHIFT_DATA: config.dataDir }),
    });
    const { code, stderr } = await run('run');
    expect([code, stderr]).toEqual([3, expect.stringContaining('the server tells its channels')]);
    expect(hooks.received.map(({ body }) => body.text)).toEqual([`Task asks awaiting approval: ${link}`]);
    expect(hooks.received[0]?.headers['x-nightshift-delivery']).toBeDefined();
    // The server ends with the command, so nothing leads to it.
    const [{ body } = { body: {} }] = hooks.received;
    expect(JSON.stringify(body.blocks)).toMatch(/nightshift view nightly-\d/);
    expect(JSON.stringify(body).replaceAll(link, '')).not.toContain('http');

    const listed = await run('deliveries', '-o', 'json');
    const [delivery] = JSON.parse(listed.stdout);
    expect(delivery).toMatchObject({
      kind: 'approval_needed',
      channel: 'slack',
      state: 'delivered',
      tries: 1,
      error: null,
    });
    const again = await run('redeliver', delivery.delivery_id.slice(0, 8));
    expect(again).toMatchObject({
      code: 0,
      stdout: `${delivery.delivery_id}: sending approval needed to slack again\n`,
    });
    expect(hooks.received.map(({ headers }) => headers['x-nightshift-delivery'])).toEqual([
      delivery.delivery_id,
      delivery.delivery_id,
    ]);
    const failed = await run('deliveries', '--failed');
    expect(failed.stderr).toContain('There are no notifications.');
    const unknown = await run('redeliver', '00000000-0000-4000-8000-000000000000');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('does not exist')]);
  });

  it('elsewhere tells nobody either, and a later run does not remind', async () => {
    const [ours, theirs] = [
      await receiveWebhooks((response) => response.writeHead(500).end()),
      await receiveWebhooks(),
    ];
    const server = await startTestServer({ SLACK_WEBHOOK: `${ours.url}/slack`, OUTBOUND_ALLOW: '127.0.0.1' });
    onTestFinished(() => server.close());
    const { run } = prepare({ API_BASE: server.url, SLACK_WEBHOOK: `${theirs.url}/slack` });
    expect((await run('run')).code).toBe(3);
    await eventually(() => expect(ours.received.length).toBeGreaterThan(0));
    expect((await run('run')).code).toBe(3);
    expect(theirs.received).toEqual([]);
  });

  it('is told by the run itself when the server has no channels', async () => {
    const hooks = await receiveWebhooks();
    const server = await startTestServer();
    onTestFinished(() => server.close());
    const { run } = prepare({
      API_BASE: server.url,
      SLACK_WEBHOOK: `${hooks.url}/slack`,
      EMAIL_WEBHOOK: `${hooks.url}/email`,
    });
    expect((await run('run')).code).toBe(3);
    expect(hooks.to('/slack').map(({ text }) => text)).toEqual([
      `{"text":"Task asks awaiting approval: ${link}"}`,
    ]);
    const [email] = hooks.to('/email');
    const { run_id, log_excerpt } = email?.body ?? {};
    expect([run_id, log_excerpt]).toEqual([
      expect.stringMatching(/^nightly-\d/),
      expect.stringContaining(link),
    ]);
    expect(email?.text).toBe(
      JSON.stringify({
        run_id,
        task: 'asks',
        status: 'awaiting_approval',
        outputs_uri: link,
        log_excerpt,
      }),
    );
    expect(hooks.received.map(({ headers }) => headers['x-nightshift-delivery'])).toEqual([
      undefined,
      undefined,
    ]);
  });
});
