import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createBodyBudget } from '../../server/bodyBudget.ts';
import { useDatabase } from '../support/databases.ts';
import { serve } from './serve.ts';

describe('A body', () => {
  const database = useDatabase('pglite');
  const task = { task: 'a', run_id: 'r', status: 'running' };

  it('of a caller without a scope is read up to 64 KB, told in advance or found on the way', async () => {
    const server = await serve(database.db());
    const body = JSON.stringify({ ...task, more: 'x'.repeat(70_000) });
    const headers = { 'content-type': 'application/json' };
    const ways: Record<string, string>[] = [{}, { 'transfer-encoding': 'chunked' }];
    for (const more of ways) {
      for (const path of ['/nothing/here', '/agents/tasks/1/approve']) {
        const sent = { method: 'POST', headers: { ...headers, ...more }, body };
        const { status, text } = await server.send(path, sent);
        expect([status, text]).toEqual([413, expect.stringContaining('The body is over 65536 bytes.')]);
      }
    }
    expect((await server.send('/agents/tasks/', { method: 'POST', headers, body })).status).toBe(201);
  });

  it('is counted with all that are in memory, until its request is answered', () => {
    const budget = createBodyBudget({ all: 100, strangers: 50 });
    const begin = (isStranger: boolean) => {
      const request = new EventEmitter();
      const response = new EventEmitter();
      const body = { request: request as IncomingMessage, response: response as ServerResponse, isStranger };
      let isFull = false;
      budget.count(body, () => {
        isFull = true;
      });
      return {
        send: (bytes: number) => request.emit('data', Buffer.alloc(bytes)),
        end: () => response.emit('close'),
        isFull: () => isFull,
      };
    };
    const stranger = begin(true);
    stranger.send(50);
    const second = begin(true);
    second.send(1);
    const known = begin(false);
    known.send(49);
    expect([stranger.isFull(), second.isFull(), known.isFull()]).toEqual([false, true, false]);
    known.send(1);
    expect(known.isFull()).toBe(true);
    for (const one of [stranger, second, known]) one.end();
    const later = begin(true);
    later.send(50);
    expect(later.isFull()).toBe(false);
  });

  it('that no longer fits is told when to come again', async () => {
    const server = await serve(
      database.db(),
      {},
      { bodies: createBodyBudget({ all: 1000, strangers: 100 }) },
    );
    const json = { ...task, log_excerpt: 'x'.repeat(2000) };
    const refused = await server.send('/agents/tasks/', { method: 'POST', json });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect((await server.send('/agents/tasks/', { method: 'POST', json: task })).status).toBe(201);
  });
});
