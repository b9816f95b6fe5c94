import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slowWrongKeys } from '../../../server/access/wrongKeys.ts';
import { useDatabase } from '../../support/databases.ts';
import { serve } from '../serve.ts';

describe('Wrong keys', () => {
  const logged: { from?: string; path?: string; count?: number }[] = [];
  const log = { warn: (line: object) => void logged.push(line) } as never;
  beforeEach(() => {
    logged.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Sends wrong keys one after the other and gives how long each waited for its answer, in milliseconds. */
  async function waitsOf(keys: ReturnType<typeof slowWrongKeys>, count: number, from: () => string) {
    const waits: number[] = [];
    for (let number = 0; number < count; number += 1) {
      const [began, address] = [Date.now(), from()];
      const held = keys.hold(address);
      if (held) await Promise.all([held, vi.runAllTimersAsync()]);
      keys.note(address, '/x');
      waits.push(Date.now() - began);
    }
    return waits;
  }

  it('of one address wait longer each time, up to a bound', async () => {
    const waits = await waitsOf(slowWrongKeys(log), 14, () => '192.0.2.7');
    expect(waits).toEqual([0, 0, 0, 0, 0, 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('of another address, or after a while, are answered at once again', async () => {
    const keys = slowWrongKeys(log);
    await waitsOf(keys, 10, () => '192.0.2.7');
    expect(keys.hold('192.0.2.8')).toBeUndefined();
    expect(keys.hold('192.0.2.7')).toBeInstanceOf(Promise);
    await vi.advanceTimersByTimeAsync(600_001 + 5000);
    expect(keys.hold('192.0.2.7')).toBeUndefined();
  });

  it('of one network of IPv6 count together, whatever the rest of the address is', async () => {
    let last = 0;
    const waits = await waitsOf(slowWrongKeys(log), 7, () => `2001:db8:1:2::${(last++).toString(16)}`);
    expect(waits.at(-1)).toBe(100);
    const apart = await waitsOf(slowWrongKeys(log), 7, () => `2001:db8:1:${(last++).toString(16)}::1`);
    expect(apart.at(-1)).toBe(0);
  });

  it('fill an address, so that no further guess is looked at until some were answered', async () => {
    const keys = slowWrongKeys(log, { maxWaiting: 3 });
    await waitsOf(keys, 6, () => '192.0.2.7');
    const held = [1, 2, 3].map(() => keys.hold('192.0.2.7'));
    expect(keys.isFull('192.0.2.7')).toBe(true);
    expect(keys.isFull('192.0.2.8')).toBe(false);
    await vi.runAllTimersAsync();
    await Promise.all(held);
    expect(keys.isFull('192.0.2.7')).toBe(false);
  });

  it('stand in the log with where they come from, once a minute for each address', async () => {
    const keys = slowWrongKeys(log);
    for (let number = 0; number < 30; number += 1) keys.note('192.0.2.7', '/agents/tasks/1/approve');
    keys.note('192.0.2.8', '/graphql');
    await vi.advanceTimersByTimeAsync(60_000);
    keys.note('192.0.2.7', '/graphql');
    expect(logged).toEqual([
      { from: '192.0.2.7', path: '/agents/tasks/1/approve', count: 1 },
      { from: '192.0.2.8', path: '/graphql', count: 1 },
      { from: '192.0.2.7', path: '/graphql', count: 30 },
    ]);
  });

  it('are remembered of so many addresses only', async () => {
    const keys = slowWrongKeys(log, { maxAddresses: 3, free: 0 });
    for (const last of [1, 2, 3, 4]) keys.note(`192.0.2.${last}`, '/x');
    expect([1, 2, 3, 4].map((last) => keys.hold(`192.0.2.${last}`) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});

describe('A server that is sent wrong keys', () => {
  const database = useDatabase('postgres');

  it('counts those that were refused, logs them without the key, and lets the right one through', async () => {
    const server = await serve(database.db());
    const wrong = { headers: { 'x-admin-key': 'a-guess-of-somebody' } };
    for (let number = 0; number < 8; number += 1)
      expect((await server.send('/agents/tasks/', wrong)).status).toBe(200);
    expect(server.logged).toEqual([]);
    for (const path of ['/agents/tasks/1/approve', '/agents/runs', '/agents/tasks/1/retry'])
      expect((await server.send(path, { ...wrong, method: 'POST', json: {} })).status).toBe(403);
    await expect.poll(() => server.logged.length).toBe(1);
    expect(server.logged[0]).toContain('127.0.0.1');
    expect(server.logged[0]).not.toContain('a-guess');
    expect((await server.send('/agents/tasks/1/approve', { method: 'POST' })).status).toBe(404);
  });

  it('counts those that brought a refusal of a large body, which a right one would not', async () => {
    const server = await serve(database.db());
    const headers = { 'x-admin-key': 'a-guess-of-somebody', 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ note: 'x'.repeat(70_000) }) };
    for (let number = 0; number < 3; number += 1)
      expect((await server.send('/nothing/here', sent)).status).toBe(413);
    await expect.poll(() => server.logged.length).toBe(1);
  });

  it('repeats no answer for a wrong key, which would tell it from the right one', async () => {
    const server = await serve(database.db());
    const json = { task: 'a', run_id: 'r', status: 'running' };
    const wrong = { 'x-admin-key': 'a-guess-of-somebody' };
    const post = (headers: Record<string, string>) =>
      server.send('/agents/tasks/', { method: 'POST', json, headers });
    expect((await post({ 'idempotency-key': 'k' })).status).toBe(201);
    for (let number = 0; number < 6; number += 1)
      expect((await post({ ...wrong, 'idempotency-key': 'k' })).status).toBe(403);
    expect((await post(wrong)).status).toBe(201);
    await expect.poll(() => server.logged.length).toBe(1);
  });

  it('lets nobody keep what it answers', async () => {
    const server = await serve(database.db());
    for (const path of [
      '/agents/tasks/',
      '/agents/tasks/paged',
      '/agents/tasks/paged.csv',
      '/agents/tasks/1',
      '/metrics',
      '/ready',
      '/graphql',
    ])
      expect((await server.send(path)).headers['cache-control']).toBe('no-store');
  });
});
