import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { channelsOf } from '../../../orchestrator/notify/channels.ts';
import { notifyChannels } from '../../../orchestrator/notify/notify.ts';

const limits = { timeoutMs: 400, tries: 3, backoffMs: 5, longestWaitMs: 50 };
const never = new AbortController().signal;
const task = {
  runId: 'nightly-2025-01-15',
  task: 'seo.validate',
  outputsUri: 'https://github.com/user/repo/pull/123',
  logExcerpt: 'the log',
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Answer = (response: ServerResponse, request: IncomingMessage, attempt: number) => void;

async function receiver(answer: Answer) {
  const bodies: Record<string, unknown[]> = {};
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const path = request.url ?? '';
    const text = Buffer.concat(chunks).toString();
    texts.push(text);
    bodies[path] = [...(bodies[path] ?? []), JSON.parse(text)];
    answer(response, request, bodies[path].length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const channels = channelsOf({
    slackWebhook: `${url}/slack/T0/secret`,
    emailWebhook: `${url}/email?key=secret`,
  });
  return { url, bodies, texts, channels };
}

const answering =
  (status: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end();

describe('A notification', () => {
  it('has the payloads that the older system sent', async () => {
    const { bodies, channels } = await receiver(answering(200));
    expect(await notifyChannels(channels, task, null, never, limits)).toEqual({
      webhookNotifiedAt: expect.stringMatching(/Z$/),
      webhookError: null,
    });
    expect(bodies).toEqual({
      '/slack/T0/secret': [
        { text: 'Task seo.validate awaiting approval: https://github.com/user/repo/pull/123' },
      ],
      '/email?key=secret': [
        {
          run_id: 'nightly-2025-01-15',
          task: 'seo.validate',
          status: 'awaiting_approval',
          outputs_uri: 'https://github.com/user/repo/pull/123',
          log_excerpt: 'the log',
        },
      ],
    });
  });

  it('has them byte for byte, whatever is in them', async () => {
    const { texts, channels } = await receiver(answering(200));
    await notifyChannels(channels, { ...task, task: 'a <b> & "c"', logExcerpt: null }, null, never, limits);
    expect(texts.sort()).toEqual([
      `{"run_id":"nightly-2025-01-15","task":"a <b> & \\"c\\"","status":"awaiting_approval","outputs_uri":"${task.outputsUri}","log_excerpt":null}`,
      `{"text":"Task a &lt;b&gt; &amp; \\"c\\" awaiting approval: ${task.outputsUri}"}`,
    ]);
  });

  it('leads to the card of the approval where people can reach the server', async () => {
    const { url, bodies } = await receiver(answering(200));
    const channels = channelsOf({
      slackWebhook: `${url}/slack`,
      emailWebhook: `${url}/email`,
      pageBase: 'https://night.example.org',
    });
    await notifyChannels(channels, { ...task, databaseId: 42 }, null, never, limits);
    expect(bodies['/slack']?.[0]).toMatchObject({
      text: `Task seo.validate awaiting approval: ${task.outputsUri}`,
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: `Task seo.validate awaiting approval: ${task.outputsUri}\n<https://night.example.org/approvals/42|Approval>`,
          },
        },
      ],
    });
    expect(bodies['/email']?.[0]).toMatchObject({
      task_url: 'https://night.example.org/tasks/42',
      card_url: 'https://night.example.org/approvals/42',
    });
  });

  it('counts only when every channel has accepted it, and does not tell one twice', async () => {
    const { bodies, channels } = await receiver((response, request) =>
      response.writeHead(request.url?.startsWith('/email') ? 404 : 204).end(),
    );
    const first = await notifyChannels(channels, task, null, never, limits);
    expect(first).toEqual({ webhookError: 'slack: accepted; email: answered 404 Not Found' });
    const again = await notifyChannels(channels, task, first.webhookError, never, limits);
    expect(again).toEqual(first);
    expect(bodies['/slack/T0/secret']).toHaveLength(1);
    expect(bodies['/email?key=secret']).toHaveLength(2);
  });

  it('is tried again after a 5xx and after as long as Retry-After says', async () => {
    const { bodies, channels } = await receiver((response, _request, attempt) =>
      response.writeHead(attempt === 1 ? 503 : attempt === 2 ? 429 : 200, { 'retry-after': '0' }).end(),
    );
    expect((await notifyChannels(channels, task, null, never, limits)).webhookError).toBeNull();
    expect(bodies['/slack/T0/secret']).toHaveLength(3);
  });

  it('does not follow redirects', async () => {
    const { bodies, channels } = await receiver(answering(302, { location: '/elsewhere' }));
    const { webhookError } = await notifyChannels(channels, task, null, never, limits);
    expect(webhookError).toContain('answered 302, a redirect');
    expect(bodies).not.toHaveProperty('/elsewhere');
  });

  it('that fails says why without the address, which is a secret', async () => {
    const hanging = await receiver(() => {});
    const gone = channelsOf({
      slackWebhook: 'http://127.0.0.1:1/secret',
      emailWebhook: `${hanging.url}/email?key=secret`,
    });
    const { webhookError } = await notifyChannels(gone, task, null, never, { ...limits, tries: 1 });
    expect(webhookError).toMatch(/slack: could not be reached.*; email: did not answer in time/);
    expect(webhookError).not.toMatch(/secret|127\.0\.0\.1/);
  });
});
