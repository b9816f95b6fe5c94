import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CountedFailures, Failures } from '../../../domain/access/failedCredentials.ts';
import { guessSources } from '../../../server/access/guessSources.ts';
import { createWrongKeys, type WrongKeys } from '../../../server/access/wrongKeys.ts';
import { useDatabase } from '../../support/databases.ts';
import { serve } from '../serve.ts';

/** A key that is none of the server's. */
const guess = 'a-guess-of-somebody';

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

  const note = (keys: WrongKeys, address: string, { key = guess, path = '/x', times = 1 } = {}) => {
    for (let number = 0; number < times; number += 1)
      keys.note(guessSources(address, [key]), { address, path });
  };
  const reset = (keys: WrongKeys, address: string, key = guess) =>
    keys.reached(guessSources(address, [key]))?.resetSeconds;

  it('of one network are too many after twenty, until a minute after the first', async () => {
    const keys = createWrongKeys(log);
    note(keys, '192.0.2.7', { times: 19 });
    expect(reset(keys, '192.0.2.7')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(10_500);
    note(keys, '192.0.2.7', { times: 5 });
    expect(reset(keys, '192.0.2.7')).toBe(50);
    expect(reset(keys, '192.0.2.8')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(49_500);
    expect(reset(keys, '192.0.2.7')).toBeUndefined();
    note(keys, '192.0.2.7', { times: 19 });
    expect(reset(keys, '192.0.2.7')).toBeUndefined();
  });

  it('of one network of IPv6 count together, whatever the rest of the address is', () => {
    const keys = createWrongKeys(log);
    for (let last = 0; last < 20; last += 1) note(keys, `2001:db8:1:2::${last.toString(16)}`);
    expect(reset(keys, '2001:db8:1:2:ffff::1')).toBe(60);
    expect(reset(keys, '2001:db8:1:3::1')).toBeUndefined();
  });

  it('of IPv4 count together, however a socket writes the address', () => {
    const keys = createWrongKeys(log);
    note(keys, '::ffff:192.0.2.7', { times: 20 });
    expect(reset(keys, '192.0.2.7')).toBe(60);
  });

  it('with one beginning count together, wherever they come from', () => {
    const keys = createWrongKeys(log);
    for (let last = 1; last <= 20; last += 1)
      note(keys, `192.0.2.${last}`, { key: `nsk_AbCd1234${'x'.repeat(last)}` });
    expect(reset(keys, '198.51.100.1', 'nsk_AbCd1234yyy')).toBe(60);
    expect(reset(keys, '198.51.100.1', 'nsk_AbCd1235yyy')).toBeUndefined();
  });

  it('that do not look like an API key are counted by their network alone', () => {
    expect(guessSources('192.0.2.7', ['nsk_short', 'other', 'nsk_AbCd1234x', 'nsk_AbCd1234y'])).toEqual([
      { kind: 'network', source: '192.0.2.7' },
      { kind: 'key_prefix', source: 'nsk_AbCd1234' },
    ]);
    expect(guessSources('192.0.2.7', ['nsk_-bCd1234x', `nsk_${'\0'.repeat(9)}`])).toHaveLength(1);
  });

  it('stand in the log with where they come from, once a minute for each network, those too many as well', async () => {
    const keys = createWrongKeys(log);
    note(keys, '192.0.2.7', { times: 30, path: '/agents/tasks/1/approve' });
    note(keys, '192.0.2.8', { path: '/graphql' });
    await vi.advanceTimersByTimeAsync(60_000);
    note(keys, '192.0.2.7', { path: '/graphql' });
    expect(logged).toEqual([
      { from: '192.0.2.7', path: '/agents/tasks/1/approve', count: 1 },
      { from: '192.0.2.8', path: '/graphql', count: 1 },
      { from: '192.0.2.7', path: '/graphql', count: 30 },
    ]);
  });

  it('are remembered of so many sources only, and those of others are no reason to forget them', async () => {
    const keys = createWrongKeys(log, undefined, { max: 1, maxSources: 3 });
    for (const last of [1, 2, 3, 4]) note(keys, `192.0.2.${last}`);
    const known = () => [1, 2, 3, 4].map((last) => reset(keys, `192.0.2.${last}`) !== undefined);
    expect(known()).toEqual([true, true, true, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    note(keys, '192.0.2.4');
    expect(known()).toEqual([false, false, false, true]);
  });

  describe('that several servers count', () => {
    /** Counts like the database, answers when it is told to, and keeps what it was sent. */
    function playDatabase() {
      const counts = new Map<string, number>();
      const sent: Failures[][] = [];
      const waiting: (() => void)[] = [];
      const share = async (failures: Failures[]): Promise<CountedFailures[]> => {
        sent.push(failures);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return failures.map(({ kind, source, count }) => {
          const total = (counts.get(source) ?? 0) + count;
          counts.set(source, total);
          return { kind, source, count: total, endsInMs: 42_000 };
        });
      };
      const answer = async () => {
        waiting.shift()?.();
        await vi.advanceTimersByTimeAsync(0);
      };
      return { counts, sent, share, answer };
    }

    it('are too many as soon as one has heard of the others’', async () => {
      const database = playDatabase();
      database.counts.set('192.0.2.7', 19);
      const keys = createWrongKeys(log, database.share);
      note(keys, '192.0.2.7');
      expect(reset(keys, '192.0.2.7')).toBeUndefined();
      await database.answer();
      expect(reset(keys, '192.0.2.7')).toBe(42);
    });

    it('cost one statement at a time, and none once they are too many', async () => {
      const database = playDatabase();
      const keys = createWrongKeys(log, database.share);
      note(keys, '192.0.2.7', { times: 500 });
      note(keys, '192.0.2.8', { times: 3 });
      expect(database.sent).toHaveLength(1);
      await database.answer();
      await database.answer();
      expect(database.sent).toEqual([
        [{ kind: 'network', source: '192.0.2.7', count: 1 }],
        [
          { kind: 'network', source: '192.0.2.7', count: 19 },
          { kind: 'network', source: '192.0.2.8', count: 3 },
        ],
      ]);
      note(keys, '192.0.2.7', { times: 500 });
      expect(database.sent).toHaveLength(2);
      expect(reset(keys, '192.0.2.7')).toBe(42);
    });

    it('are limited by this one’s own count while the database fails', async () => {
      const keys = createWrongKeys(log, () => Promise.reject(new Error('it is gone')));
      note(keys, '192.0.2.7', { times: 20 });
      await vi.advanceTimersByTimeAsync(0);
      expect(reset(keys, '192.0.2.7')).toBe(60);
    });

    it('stay too many though the shared count began anew', async () => {
      const database = playDatabase();
      const keys = createWrongKeys(log, database.share);
      note(keys, '192.0.2.7', { times: 20 });
      await database.answer();
      database.counts.clear();
      await database.answer();
      expect(reset(keys, '192.0.2.7')).toBeGreaterThan(0);
    });
  });
});

describe('A server that is sent wrong keys', () => {
  const database = useDatabase('postgres');
  const wrong = { headers: { 'x-admin-key': guess } };
  /** Of what the servers of other tests count, which come from here too, it is to hear nothing. */
  const alone = { share: async () => [] };

  it('counts those that were refused, logs them without the key, and lets the right one through', async () => {
    const server = await serve(database.db());
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

  it('answers the twenty-first within a minute with 429 and when to come again, and the right key as ever', async () => {
    const server = await serve(database.db(), {}, alone);
    const decide = (sent: object) => server.send('/agents/tasks/1/approve', { method: 'POST', ...sent });
    for (let number = 0; number < 20; number += 1) expect((await decide(wrong)).status).toBe(403);
    const refused = await decide(wrong);
    expect(refused.status).toBe(429);
    expect(refused.json().detail).toMatch(
      /^Too many wrong keys from your network.*: 20 within a minute\. Send the right key, or wait \d+ seconds\. The key is wrong/,
    );
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers['ratelimit-policy']).toBe('"failed-credentials";q=20;w=60');
    expect(refused.headers.ratelimit).toBe(`"failed-credentials";r=0;t=${seconds}`);
    expect((await decide({})).status).toBe(404);
    expect((await decide({ key: null })).status).toBe(401);
    // On what is open to all a wrong key does no harm.
    expect((await server.send('/agents/tasks/', wrong)).status).toBe(200);
    expect((await server.send('/ready', wrong)).status).toBe(200);
    const created = await server.send('/agents/tasks/', {
      ...wrong,
      method: 'POST',
      json: { task: 'a', run_id: 'r', status: 'running' },
    });
    expect(created.status).toBe(201);
  });

  it('asks its database for nothing where the key is right, there is none, or wrong ones are too many', async () => {
    const shared: Failures[][] = [];
    const share = async (failures: Failures[]) => {
      shared.push(failures);
      return [];
    };
    const server = await serve(database.db(), {}, { share });
    const decide = (sent: object) => server.send('/agents/tasks/1/approve', { method: 'POST', ...sent });
    for (let number = 0; number < 10; number += 1) await Promise.all([decide({}), decide({ key: null })]);
    expect(shared).toEqual([]);
    for (let number = 0; number < 40; number += 1) await decide(wrong);
    expect(shared.flat().reduce((sum, { count }) => sum + count, 0)).toBe(20);
  });

  it('counts those that brought a refusal of a large body, which a right one would not', async () => {
    const server = await serve(database.db());
    const headers = { 'x-admin-key': guess, 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ note: 'x'.repeat(70_000) }) };
    for (let number = 0; number < 3; number += 1)
      expect((await server.send('/nothing/here', sent)).status).toBe(413);
    await expect.poll(() => server.logged.length).toBe(1);
  });

  it('repeats no answer for a wrong key, which would tell it from the right one', async () => {
    const server = await serve(database.db(), {}, alone);
    const json = { task: 'a', run_id: 'r', status: 'running' };
    const post = (headers: Record<string, string>) =>
      server.send('/agents/tasks/', { method: 'POST', json, headers });
    expect((await post({ 'idempotency-key': 'k' })).status).toBe(201);
    for (let number = 0; number < 20; number += 1)
      expect((await post({ ...wrong.headers, 'idempotency-key': 'k' })).status).toBe(403);
    expect((await post({ ...wrong.headers, 'idempotency-key': 'k' })).status).toBe(429);
    expect((await post(wrong.headers)).status).toBe(201);
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
