import { createHash, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import type { DatabaseConfig } from '../../../database/database.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import type { DeliveryLimits } from '../../../server/notifications/deliverer.ts';
import { describeOnEither } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { startServer } from '../startServer.ts';
import { receiveMails, receiveWebhooks } from './receiver.ts';

const pull = 'https://github.com/user/repo/pull/123';
const secret = `whsec_${createHash('sha256').update('a test').digest('base64')}`;

describeOnEither('A server with channels', (database) => {
  const logged: string[] = [];

  async function start(
    variables: Record<string, string>,
    { config, limits }: { config?: DatabaseConfig; limits?: Partial<DeliveryLimits> } = {},
  ) {
    const server = await startServer(
      {
        ...readServerConfig({ PORT: '0', OUTBOUND_ALLOW: '127.0.0.1', ...variables }),
        database: config ?? (await database.createFresh()),
      },
      { log: createLog('warn', { write: (line) => logged.push(line) }), delivery: { limits } },
    );
    onTestFinished(() => server.close());
    const client = createClient({ url: server.url, apiKey: server.key, timeoutMs: waitLimitMs });
    /** Carries out a run of one task that awaits approval, as a worker does; gives the answer to its report. */
    const work = async (task = 'seo.validate', logExcerpt = 'the log') => {
      const runId = `night-${randomUUID().slice(0, 8)}`;
      const definition = { name: 'night', steps: [{ task, approval: 'ALWAYS' as const }] };
      expectType(await client.startRun({ definition, runId, exclusive: true }), 'Run');
      const { lease } = expectType(await client.leaseTask({ worker: 'w', runIds: [runId] }), 'LeaseOffer');
      const report = {
        ending: 'EXIT' as const,
        exitCode: 0,
        durationMs: 5,
        outputs: {},
        outputsUri: pull,
        logExcerpt,
      };
      const told = await client.finishAttempt({ leaseId: lease?.leaseId ?? '', ...report });
      return { runId, task: expectType(told, 'FinishedAttempt').task };
    };
    const deliveries = async () => (await client.deliveries()).nodes;
    return { server, client, work, deliveries };
  }
  const notified = async (client: ReturnType<typeof createClient>, databaseId: number) =>
    (await client.task({ databaseId }))?.webhookNotifiedAt;

  it('tells all others while the receiver of one takes messages and never answers', async () => {
    const hooks = await receiveWebhooks((response, { path }) => {
      if (path !== '/slack') response.writeHead(200).end();
    });
    const { work, deliveries } = await start(
      {
        SLACK_WEBHOOK: `${hooks.url}/slack`,
        EMAIL_WEBHOOK: `${hooks.url}/email`,
        NOTIFY_WEBHOOK_URL: `${hooks.url}/hook`,
        NOTIFY_WEBHOOK_SECRET: secret,
      },
      { limits: { timeoutMs: waitLimitMs, claimMs: waitLimitMs, stopWithinMs: 100 } },
    );
    for (let count = 0; count < 8; count += 1) await work();
    await eventually(() =>
      expect([hooks.to('/email'), hooks.to('/hook')].map((all) => all.length)).toEqual([8, 8]),
    );
    expect(hooks.to('/slack').length).toBeLessThanOrEqual(4);
    await eventually(async () => {
      const rows = await deliveries();
      expect(rows.filter(({ state }) => state === 'DELIVERED')).toHaveLength(16);
    });
  });

  it('tells each of them of a task that awaits approval, in the words that it has always had', async () => {
    const hooks = await receiveWebhooks();
    const post = await receiveMails();
    const { client, work, deliveries } = await start({
      SLACK_WEBHOOK: `${hooks.url}/slack/secret`,
      EMAIL_WEBHOOK: `${hooks.url}/email?key=secret`,
      NOTIFY_WEBHOOK_URL: `${hooks.url}/hook`,
      NOTIFY_WEBHOOK_SECRET: secret,
      SMTP_URL: post.url,
      SMTP_FROM: 'Nightshift <night@example.org>',
      NOTIFY_EMAILS: 'ann@example.org, ben@example.org',
      PUBLIC_URL: 'https://night.example.org',
    });
    const { runId, task } = await work();
    expect(task.serverNotifies).toBe(true);
    await eventually(async () => expect(await notified(client, task.databaseId)).toBeTruthy());

    const [slack] = hooks.to('/slack/secret');
    expect(slack?.body.text).toBe(`Task seo.validate awaiting approval: ${pull}`);
    expect(JSON.stringify(slack?.body.blocks)).toContain(`<${pull}|Pull request>`);
    expect(JSON.stringify(slack?.body.blocks)).toMatch(/<https:\/\/night.example.org\/a\/[\w-]{43}\|Decide>/);
    expect(hooks.to('/email?key=secret').map(({ body }) => body)).toEqual([
      {
        run_id: runId,
        task: 'seo.validate',
        status: 'awaiting_approval',
        outputs_uri: pull,
        log_excerpt: 'the log',
        approval_url: expect.stringMatching(/^https:\/\/night.example.org\/a\/[\w-]{43}$/),
      },
    ]);
    const [hook] = hooks.to('/hook');
    const verified = new Webhook(secret).verify(hook?.text ?? '', hook?.headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: 'approval.needed',
      timestamp: expect.stringMatching(/Z$/),
      data: {
        task_id: task.databaseId,
        task: 'seo.validate',
        run_id: runId,
        plan: 'night',
        pull_request: { owner: 'user', repo: 'repo', number: 123, head_sha: null },
      },
    });
    expect(() =>
      new Webhook(secret).verify(`${hook?.text} `, hook?.headers as Record<string, string>),
    ).toThrow();
    expect(post.mails.map(({ to }) => to[0]).sort()).toEqual(['ann@example.org', 'ben@example.org']);
    expect(post.mails[0]?.source).toMatch(/^Subject: Task seo.validate awaiting approval\r$/m);

    const all = await deliveries();
    expect(all.map(({ state, tries }) => [state, tries.length])).toEqual(all.map(() => ['DELIVERED', 1]));
    const idOf = (channel: string) => all.find((one) => one.channel === channel)?.deliveryId;
    expect(slack?.headers['x-nightshift-delivery']).toBe(idOf('SLACK'));
    expect(hook?.headers['webhook-id']).toBe(idOf('WEBHOOK'));
    for (const { deliveryId, recipient } of all.filter(({ channel }) => channel === 'SMTP')) {
      const mail = post.mails.find(({ to }) => to[0] === recipient);
      expect(mail?.source).toContain(`Message-ID: <${deliveryId}@example.org>`);
    }
    expect(logged.join('')).not.toContain('secret');
  });

  it('tells of a task that asks before it runs which command that is', async () => {
    const hooks = await receiveWebhooks();
    const { client } = await start({
      NOTIFY_WEBHOOK_URL: `${hooks.url}/hook`,
      NOTIFY_WEBHOOK_SECRET: secret,
    });
    const inputs = { cmd: ['npm', 'run', 'deploy'], flags: [] };
    const definition = { name: 'night', steps: [{ task: 'deploy', gate: {}, inputs }] };
    expectType(await client.startRun({ definition, runId: 'gated' }), 'Run');
    await eventually(() => expect(hooks.to('/hook')).toHaveLength(1));
    expect(hooks.to('/hook')[0]?.body.data).toMatchObject({
      task: 'deploy',
      approval_kind: 'gate',
      command: 'npm run deploy',
    });
  });

  it('gives each recipient a link of its own that leads to the task, and none once it was decided', async () => {
    const hooks = await receiveWebhooks();
    const { client, work, server } = await start({
      SLACK_WEBHOOK: `${hooks.url}/slack`,
      EMAIL_WEBHOOK: `${hooks.url}/email`,
    });
    const { task } = await work();
    await eventually(() => expect(hooks.received).toHaveLength(2));
    const link = hooks.to('/email')[0]?.body.approval_url;
    expect(link).toContain(`${server.url}/a/`);
    expect(JSON.stringify(hooks.to('/slack')[0]?.body)).not.toContain(link);
    const page = await fetch(link);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('seo.validate')]);
    expect((await client.task({ databaseId: task.databaseId }))?.status).toBe('AWAITING_APPROVAL');
  });

  it('is woken by what is to be told, and tells it once, though two servers of one database could', async () => {
    if (database.kind === 'pglite') return;
    const hooks = await receiveWebhooks();
    const config = await database.createFresh();
    const variables = { SLACK_WEBHOOK: `${hooks.url}/slack` };
    // Neither looks by itself while the test lasts.
    const limits = { lookEveryMs: 24 * 3_600_000 };
    const servers = [await start(variables, { config, limits }), await start(variables, { config, limits })];
    for (let round = 0; round < 13; round += 1) {
      await servers[0]?.work();
      await eventually(() => expect(hooks.received).toHaveLength(round + 1));
    }
    await Promise.all(servers.map(({ server }) => server.close()));
    expect(hooks.received).toHaveLength(13);
    expect(new Set(hooks.received.map(({ headers }) => headers['x-nightshift-delivery'])).size).toBe(13);
  });

  it('tries again when it is asked to wait, gives up what would not change, and says why without the address', async () => {
    const hooks = await receiveWebhooks((response, { path }) => {
      if (path.startsWith('/slack')) response.writeHead(429, { 'retry-after': '120' }).end();
      else response.writeHead(path.startsWith('/hook') ? 302 : 404, { location: '/elsewhere' }).end();
    });
    const { client, work, deliveries } = await start({
      SLACK_WEBHOOK: `${hooks.url}/slack/secret`,
      EMAIL_WEBHOOK: `${hooks.url}/email`,
      NOTIFY_WEBHOOK_URL: `${hooks.url}/hook`,
      NOTIFY_WEBHOOK_SECRET: secret,
    });
    const { task } = await work();
    const settled = async () => (await deliveries()).every(({ error }) => error !== null);
    await eventually(async () => expect(await settled()).toBe(true));
    const found = new Map((await deliveries()).map((one) => [one.channel, one]));
    expect(found.get('SLACK')).toMatchObject({
      state: 'PENDING',
      error: 'answered 429 Too Many Requests',
      tries: [{ statusCode: 429 }],
    });
    expect(Date.parse(found.get('SLACK')?.dueAt ?? '') - Date.now()).toBeGreaterThan(100_000);
    expect(found.get('EMAIL_WEBHOOK')).toMatchObject({ state: 'FAILED', error: 'answered 404 Not Found' });
    expect(found.get('WEBHOOK')).toMatchObject({ state: 'FAILED' });
    expect(found.get('WEBHOOK')?.error).toContain('a redirect, which is not followed');
    expect(hooks.to('/elsewhere')).toEqual([]);
    const told = await client.task({ databaseId: task.databaseId });
    expect(told).toMatchObject({ webhookNotifiedAt: null, webhookError: expect.stringMatching(/answered/) });
    expect(JSON.stringify([told, [...found.values()]]) + logged.join('')).not.toMatch(/secret|127\.0\.0\.1:/);
  });

  it('sends again what somebody asks for', async () => {
    let status = 410;
    const hooks = await receiveWebhooks((response) => response.writeHead(status).end());
    const { client, work, deliveries } = await start({ SLACK_WEBHOOK: `${hooks.url}/slack` });
    const { task } = await work();
    await eventually(async () => expect((await deliveries())[0]?.state).toBe('FAILED'));
    status = 204;
    const [failed] = await deliveries();
    expectType(await client.redeliver(failed?.deliveryId ?? ''), 'Delivery');
    await eventually(async () => expect(await notified(client, task.databaseId)).toBeTruthy());
    expect((await deliveries())[0]).toMatchObject({
      state: 'DELIVERED',
      tries: [
        { number: 1, statusCode: 410 },
        { number: 2, statusCode: 204 },
      ],
    });
    const ids = hooks.received.map(({ headers }) => headers['x-nightshift-delivery']);
    expect(ids).toEqual([failed?.deliveryId, failed?.deliveryId]);
    expect((await client.redeliver(randomUUID())).__typename).toBe('NotFoundError');
    expect((await client.redeliver('nonsense')).__typename).toBe('InvalidInputError');
  });

  it('does not wait for a receiver that hangs, and lets what is under way end when it stops', async () => {
    const stopping = Promise.withResolvers<void>();
    const hooks = await receiveWebhooks(async (response, { path }) => {
      if (path !== '/email') return;
      await stopping.promise;
      response.writeHead(200).end();
    });
    const variables = { SLACK_WEBHOOK: `${hooks.url}/slack`, EMAIL_WEBHOOK: `${hooks.url}/email` };
    const config = await database.createFresh();
    const { server, work } = await start(variables, { config, limits: { timeoutMs: 4000 } });
    await work();
    await eventually(() => expect(hooks.received).toHaveLength(2));
    const closed = server.close();
    stopping.resolve();
    await closed;
    const later = await start(variables, { config });
    expect(
      (await later.deliveries()).map(({ channel, state, error }) => [channel, state, error]).sort(),
    ).toEqual([
      ['EMAIL_WEBHOOK', 'DELIVERED', null],
      ['SLACK', 'PENDING', 'did not answer in time'],
    ]);
  });

  it('sends what is due before it stops', async () => {
    const hooks = await receiveWebhooks();
    const { server, work } = await start(
      { SLACK_WEBHOOK: `${hooks.url}/slack` },
      { limits: { stopWithinMs: waitLimitMs } },
    );
    for (let count = 0; count < 8; count += 1) await work();
    await server.close();
    expect(hooks.received).toHaveLength(8);
  });

  it('is kept from private addresses that are not allowed, and says how to allow them', async () => {
    const hooks = await receiveWebhooks();
    const post = await receiveMails();
    const { work, deliveries } = await start({
      OUTBOUND_ALLOW: '10.0.0.0/8',
      SLACK_WEBHOOK: `${hooks.url}/slack`,
      SMTP_URL: post.url,
      SMTP_FROM: 'night@example.org',
      NOTIFY_EMAILS: 'ann@example.org',
    });
    await work();
    const states = async () => (await deliveries()).map(({ state }) => state);
    await eventually(async () => expect(await states()).toEqual(['FAILED', 'FAILED']));
    for (const { error } of await deliveries())
      expect(error).toBe(
        'leads to a private address, which is not allowed. To allow it, add its host to OUTBOUND_ALLOW',
      );
    expect([hooks.received, post.mails]).toEqual([[], []]);
  });

  it('sends mails in which a task can write no markup, and tries again when the mail server is busy', async () => {
    const codes = [451, 550];
    const post = await receiveMails(() => codes.shift());
    const { work, deliveries } = await start({
      SMTP_URL: post.url,
      SMTP_FROM: 'night@example.org',
      NOTIFY_EMAILS: 'ann@example.org',
    });
    await work('first');
    await eventually(async () => expect((await deliveries())[0]?.error).not.toBeNull());
    await work('second');
    await eventually(async () => expect((await deliveries())[0]?.error).not.toBeNull());
    expect(
      (await deliveries()).map(({ task, state, tries }) => [task?.task, state, tries[0]?.statusCode]),
    ).toEqual([
      ['second', 'FAILED', 550],
      ['first', 'PENDING', 451],
    ]);
    expect(JSON.stringify(await deliveries())).not.toContain('not now');
    await work('<img src=x onerror=alert(1)>', '</pre><script>alert(2)</script> & so');
    await eventually(() => expect(post.mails).toHaveLength(1));
    const source = (post.mails[0]?.source ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const html = source.slice(source.indexOf('text/html'));
    expect(html).not.toMatch(/<(img|script)/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('&lt;/pre&gt;&lt;script&gt;');
    expect(html).toContain(`<a href="${pull}">`);
  });
});
