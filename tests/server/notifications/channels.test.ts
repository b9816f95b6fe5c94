import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import type { DeliveryLimits } from '../../../server/notifications/deliverer.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { startServer } from '../startServer.ts';
import { receiveMails, receiveWebhooks } from './receiver.ts';

const secret = `whsec_${createHash('sha256').update('a test').digest('base64')}`;

describeOnBoth('Channels of a server', (database) => {
  async function start(variables: Record<string, string> = {}, limits: Partial<DeliveryLimits> = {}) {
    const server = await startServer(
      {
        ...readServerConfig({ PORT: '0', OUTBOUND_ALLOW: '127.0.0.1', ...variables }),
        database: await database.createFresh(),
      },
      { log: createLog('warn', { write: () => undefined }), delivery: { limits } },
    );
    onTestFinished(() => server.close());
    const client = createClient({ url: server.url, apiKey: server.key, timeoutMs: waitLimitMs });
    return { server, client };
  }

  it('are listed without their secrets, and each gets a real test message, which is on record', async () => {
    const hooks = await receiveWebhooks();
    const post = await receiveMails();
    const { client, server } = await start({
      SLACK_WEBHOOK: `${hooks.url}/slack/secret`,
      NOTIFY_WEBHOOK_URL: `${hooks.url}/hook?key=secret`,
      NOTIFY_WEBHOOK_SECRET: secret,
      SMTP_URL: post.url,
      SMTP_FROM: 'Nightshift <night@example.org>',
      NOTIFY_EMAILS: 'ann@example.org,bob@example.org',
      PUBLIC_URL: 'https://night.example.org',
    });
    const before = await client.channels();
    expect(before).toMatchObject([
      { channel: 'SLACK', recipient: null, target: `${hooks.url}/…`, lastDelivery: null },
      { channel: 'SMTP', recipient: 'ann@example.org', lastDelivery: null },
      { channel: 'SMTP', recipient: 'bob@example.org' },
      { channel: 'WEBHOOK', recipient: null, target: `${hooks.url}/…` },
    ]);
    expect(JSON.stringify(before)).not.toContain('secret');

    const slack = expectType(await client.testChannel({ channel: 'SLACK' }), 'Delivery');
    expect(slack).toMatchObject({ state: 'DELIVERED', error: null, tries: [{ statusCode: 200 }] });
    expect(hooks.to('/slack/secret')).toHaveLength(1);
    expect(hooks.to('/slack/secret')[0]?.body.text).toContain('Test message from Nightshift');
    const hook = expectType(await client.testChannel({ channel: 'WEBHOOK' }), 'Delivery');
    const [signed] = hooks.to('/hook?key=secret');
    expect(signed?.body).toMatchObject({ type: 'test', data: { url: 'https://night.example.org' } });
    expect(signed?.headers['webhook-id']).toBe(hook.deliveryId);
    new Webhook(secret).verify(signed?.text ?? '', signed?.headers as Record<string, string>);
    const mail = await client.testChannel({ channel: 'SMTP', recipient: 'bob@example.org' });
    expect(expectType(mail, 'Delivery').state).toBe('DELIVERED');
    expect(post.mails.map(({ to }) => to)).toEqual([['bob@example.org']]);

    const after = await client.channels();
    expect(after.map(({ lastDelivery }) => lastDelivery && [lastDelivery.kind, lastDelivery.state])).toEqual([
      ['TEST', 'DELIVERED'],
      null,
      ['TEST', 'DELIVERED'],
      ['TEST', 'DELIVERED'],
    ]);
    const rows = await server.store.db.query({
      text: "SELECT subject, note, outcome FROM decisions WHERE action = 'test_channel' ORDER BY id",
    });
    expect(rows).toEqual([
      { subject: 'slack', note: `delivery ${slack.deliveryId}`, outcome: 'done' },
      { subject: 'webhook', note: `delivery ${hook.deliveryId}`, outcome: 'done' },
      { subject: 'smtp bob@example.org', note: expect.any(String), outcome: 'done' },
    ]);
  });

  it('are told what a receiver refused, at once and once, and get no second test right after', async () => {
    const hooks = await receiveWebhooks((response) => void response.writeHead(503).end());
    const { client } = await start({ SLACK_WEBHOOK: `${hooks.url}/slack` });
    const tests = await Promise.all([1, 2, 3].map(() => client.testChannel({ channel: 'SLACK' })));
    const [failed, ...others] = tests.sort((a) => (a.__typename === 'Delivery' ? -1 : 1));
    // A 503 of any other notification is tried again.
    expect(failed).toMatchObject({
      state: 'FAILED',
      error: 'answered 503 Service Unavailable',
      tries: [{ statusCode: 503 }],
    });
    expect(others.map(({ __typename }) => __typename)).toEqual(Array(2).fill('ChannelTestRefusedError'));
    expect(JSON.stringify(others[0])).toMatch(/slack had a test message .* Try again in \d+ seconds?\./);
    expect(hooks.to('/slack')).toHaveLength(1);
    const unknown = await client.testChannel({ channel: 'SMTP', recipient: 'eve@example.org' });
    expect(JSON.stringify(unknown)).toContain('must be one of slack, got smtp eve@example.org');
  });

  it('answers in time while a receiver does not, and says then that the message is on its way', async () => {
    const hooks = await receiveWebhooks(() => undefined);
    const limits = { timeoutMs: waitLimitMs, claimMs: waitLimitMs, stopWithinMs: 100 };
    const { client } = await start({ SLACK_WEBHOOK: `${hooks.url}/slack` }, limits);
    const waiting = expectType(await client.testChannel({ channel: 'SLACK' }), 'Delivery');
    expect(waiting.state).toBe('PENDING');
  });

  it('can be none, and are for admins alone', async () => {
    const { client, server } = await start();
    expect(await client.channels()).toEqual([]);
    expect(JSON.stringify(await client.testChannel({ channel: 'SLACK' }))).toContain(
      'must be a channel, of which this server has none, got slack',
    );
    const stranger = createClient({ url: server.url, timeoutMs: waitLimitMs });
    await expect(stranger.channels()).rejects.toThrow(/admin/);
    await expect(stranger.testChannel({ channel: 'SLACK' })).rejects.toThrow(/admin/);
  });
});
