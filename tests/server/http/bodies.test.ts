import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BodySource, createBodyBudget } from '../../../server/http/bodyBudget.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serve } from '../serve.ts';

const task = { task: 'a', run_id: 'r', status: 'running' };

describeOnEither('A body', (database) => {
  it('of a caller without a scope is read up to 64 KB, told in advance or found on the way', async () => {
    const server = await serve(database.db());
    const body = JSON.stringify({ ...task, more: 'x'.repeat(70_000) });
    const headers = { 'content-type': 'application/json' };
    const ways: Record<string, string>[] = [{}, { 'transfer-encoding': 'chunked' }];
    for (const more of ways) {
      for (const path of ['/nothing/here', '/agents/tasks/1/approve']) {
        const sent = { method: 'POST', headers: { ...headers, ...more }, body };
        const { status, text } = await server.send(path, sent);
        expect([status, text]).toEqual([
          413,
          expect.stringContaining('The body is larger than 65536 bytes.'),
        ]);
      }
    }
    expect((await server.send('/agents/tasks/', { method: 'POST', headers, body })).status).toBe(201);
  });

  it('that no longer fits is told when to come again', async () => {
    const server = await serve(
      database.db(),
      {},
      { bodies: createBodyBudget({ limits: { callers: 1000 } }) },
    );
    const json = { ...task, log_excerpt: 'x'.repeat(2000) };
    const refused = await server.send('/agents/tasks/', { method: 'POST', json });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect((await server.send('/agents/tasks/', { method: 'POST', json: task })).status).toBe(201);
  });
});

describeOnEither('Slow bodies', (database) => {
  const secret = 'it-is-a-secret';

  /** Serves with the usual budget; says how many bodies were refused or have sent so many bytes. */
  async function serveAndCount(bytes: number) {
    const bodies = createBodyBudget();
    const settled = new Set<object>();
    const counting: typeof bodies = {
      count(body, onFull) {
        let came = 0;
        body.request.on('data', (chunk: Buffer) => {
          came += chunk.length;
          if (came >= bytes) settled.add(body);
        });
        bodies.count(body, () => {
          settled.add(body);
          onFull();
        });
      },
    };
    const server = await serve(database.db(), { githubWebhookSecret: secret }, { bodies: counting });
    return { server, settled };
  }

  /** Sends most of a body, and leaves the rest away. */
  async function sendMost(url: string, path: string, bytes: number, headers: string[]): Promise<Socket> {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${bytes + 1}`, ...headers];
    socket.write(`${head.join('\r\n')}\r\n\r\n${' '.repeat(bytes)}`);
    return socket;
  }

  const json = 'Content-Type: application/json';
  const form = 'Content-Type: application/x-www-form-urlencoded';
  const attacks: [name: string, path: string, count: number, bytes: number, headers: string[]][] = [
    [
      'events without a valid signature',
      '/webhooks/github',
      9,
      2_097_000,
      [json, 'X-Hub-Signature-256: sha256=00'],
    ],
    ['forms of links', '/a/nothing', 260, 65_500, [form]],
    ['calls without a scope', '/nothing/here', 260, 65_500, [json]],
    ['reports of nobody', '/agents/tasks/', 9, 8_388_600, [json]],
  ];

  it.each(attacks)(
    'that are %s keep nothing else out, nor those that come at once',
    async (_name, ...attack) => {
      const [path, count, bytes, headers] = attack;
      const { server, settled } = await serveAndCount(bytes);
      for (let index = 0; index < count; index += 1) await sendMost(server.url, path, bytes, headers);
      await expect.poll(() => settled.size).toBe(count);
      const body = JSON.stringify({ zen: 'x'.repeat(60_000) });
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const event = {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-hub-signature-256': signature,
      };
      const send = async (url: string, more: object) =>
        (await server.send(url, { method: 'POST', ...more })).status;
      expect({
        event: await send('/webhooks/github', { headers: event, body }),
        form: await send('/a/nothing', {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `note=${'x'.repeat(60_000)}`,
        }),
        unknown: await send('/nothing/here', { json: { more: body } }),
        report: await send('/agents/tasks/', { json: { ...task, log_excerpt: body }, key: null }),
        keyed: await send('/agents/tasks/', { json: { ...task, log_excerpt: body } }),
      }).toEqual({ event: 200, form: 404, unknown: 404, report: 201, keyed: 201 });
    },
  );
});

describe('The budget of bodies', () => {
  /** A body that somebody sends, and what came of it. */
  function begin(
    budget: ReturnType<typeof createBodyBudget>,
    source: BodySource,
    { from = '192.0.2.1', forwardedFor }: { from?: string; forwardedFor?: string } = {},
  ) {
    const request = Object.assign(new EventEmitter(), {
      complete: false,
      headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
      socket: { remoteAddress: from },
    });
    const response = new EventEmitter();
    let isRefused = false;
    budget.count(
      {
        request: request as unknown as IncomingMessage,
        response: response as unknown as ServerResponse,
        source,
      },
      () => {
        isRefused = true;
      },
    );
    return {
      send: (bytes: number) => request.emit('data', Buffer.alloc(bytes)),
      complete: () => {
        request.complete = true;
      },
      end: () => response.emit('close'),
      isRefused: () => isRefused,
    };
  }

  it('counts what came of each, until its request is answered', () => {
    const budget = createBodyBudget({ limits: { callers: 100 } });
    const [first, second] = [begin(budget, 'callers'), begin(budget, 'callers')];
    first.send(60);
    second.send(41);
    expect([first.isRefused(), second.isRefused()]).toEqual([false, true]);
    // What was refused is thrown away, so its room is free before its caller has gone.
    const third = begin(budget, 'callers');
    third.send(40);
    second.send(1000);
    expect(third.isRefused()).toBe(false);
    first.end();
    const later = begin(budget, 'callers');
    later.send(60);
    expect(later.isRefused()).toBe(false);
  });

  it('gives the room of unfinished bodies of strangers to newer ones, the oldest first', () => {
    const budget = createBodyBudget({ limits: { events: 100 } });
    const froms = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    const [whole, slow, slower, honest] = froms.map((from) => begin(budget, 'events', { from }));
    whole?.send(40);
    whole?.complete();
    slow?.send(30);
    slower?.send(30);
    honest?.send(30);
    expect([whole, slow, slower, honest].map((body) => body?.isRefused())).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('refuses a stranger when all others are being answered', () => {
    const budget = createBodyBudget({ limits: { forms: 100 } });
    for (const from of ['192.0.2.1', '192.0.2.2']) {
      const whole = begin(budget, 'forms', { from });
      whole.send(50);
      whole.complete();
    }
    const refused = begin(budget, 'forms', { from: '192.0.2.3' });
    refused.send(1);
    expect(refused.isRefused()).toBe(true);
  });

  it('gives one network half of the room of strangers', () => {
    const budget = createBodyBudget({ limits: { events: 100 } });
    const honest = begin(budget, 'events', { from: '198.51.100.7' });
    honest.send(10);
    const many = ['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((from) => {
      const body = begin(budget, 'events', { from });
      body.send(45);
      return body;
    });
    expect([honest, ...many].map((body) => body.isRefused())).toEqual([false, true, true, false]);
  });
});
