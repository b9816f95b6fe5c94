import { expect, it, onTestFinished } from 'vitest';
import { receiveWebhooks } from '../../server/notifications/receiver.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer } from '../support/server.ts';

it('The command line lists channels without their secrets, sends a test message, and says what came back', async () => {
  const hooks = await receiveWebhooks((response, { path }) =>
    response.writeHead(path === '/slack/secret' ? 204 : 404).end(),
  );
  const server = await startTestServer({
    SLACK_WEBHOOK: `${hooks.url}/slack/secret`,
    EMAIL_WEBHOOK: `${hooks.url}/mail/secret`,
    OUTBOUND_ALLOW: '127.0.0.1',
  });
  onTestFinished(() => server.close());
  const directory = tempDir();
  const run = (...args: string[]) => cliHere(args, directory, { variables: { API_BASE: server.url } });

  const sent = await run('channels', 'test', 'slack');
  expect(sent.stdout).toMatch(/^[0-9a-f-]{36}: slack accepted the test message \(204\)\n$/);
  const soon = await run('channels', 'test', 'slack');
  expect(soon.code).not.toBe(0);
  expect(soon.stderr).toContain('slack had a test message less than 30 seconds ago.');
  const refused = await run('channels', 'test', 'email_webhook');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('email webhook: answered 404 Not Found');
  expect((await run('channels', 'test', 'smtp', 'ann@example.org')).stderr).toContain(
    'must be one of slack, email_webhook, got smtp ann@example.org',
  );
  expect(hooks.received.map(({ path }) => path)).toEqual(['/slack/secret', '/mail/secret']);

  const { stdout } = await run('channels', 'list', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject([
    { channel: 'slack', target: `${hooks.url}/…`, last_kind: 'test', last_state: 'delivered' },
    { channel: 'email_webhook', last_state: 'failed', last_error: 'answered 404 Not Found' },
  ]);
  expect(stdout).not.toContain('secret');
});
