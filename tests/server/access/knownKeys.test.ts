import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hashOfKey, makeKeyText } from '../../../contract/keyText.ts';
import { DatabaseUnavailableError } from '../../../database/errors.ts';
import { createKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey } from '../../../domain/access/keys.ts';
import { revokeKey } from '../../../domain/access/revokeKey.ts';
import type { KnownFactsLimits } from '../../../server/access/knownFacts.ts';
import { type KnownKeysParts, knowKeys } from '../../../server/access/knownKeys.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';

const never = 2 ** 31 - 1;

describe('What a server knows of keys', () => {
  const database = useDatabase('postgres');
  beforeEach(() => database.truncate());

  function know(limits: KnownFactsLimits = {}, parts: Partial<KnownKeysParts> = {}) {
    const faults: unknown[] = [];
    const all = {
      db: database.db(),
      closed: false,
      onFault: (fault: unknown) => faults.push(fault),
      ...parts,
    };
    const known = knowKeys(all, { everyMs: never, staleAfterMs: never, ...limits });
    onTestFinished(() => known.stop());
    return { ...known, faults };
  }

  const create = async (name = 'ci', more: object = {}) => {
    const input = createKeyInput.parse({ name, scopes: ['read'], ...more });
    return (await createKey({ db: database.db() }, everything, input)).secret;
  };
  const revoke = (key: string) => revokeKey({ db: database.db() }, everything, { key });
  const statementsOf = async (work: () => unknown) => {
    const before = database.db().statements();
    await work();
    return database.db().statements() - before;
  };

  it('costs one statement the first time, and none from then on', async () => {
    const [known, key] = [know(), await create()];
    expect(await statementsOf(() => known.recognise([key]))).toBe(1);
    const cost = await statementsOf(() => {
      for (let time = 0; time < 1000; time += 1) {
        expect(known.recognise([key])).toBeUndefined();
        expect(known.find(key)?.viewer).toMatchObject({ id: 'service:ci', kind: 'service' });
      }
    });
    expect(cost).toBe(0);
  });

  it('looks up what is suspect together, and seldom, and what is not at once', async () => {
    const [known, key, other] = [know({ suspectEveryMs: 200 }), await create(), await create('other')];
    const began = performance.now();
    const guess = () => known.recognise([makeKeyText()], () => true);
    const statements = await statementsOf(async () => {
      await guess();
      await Promise.all(Array.from({ length: 500 }, guess));
      const [suspect] = [known.recognise([key], () => true), guess()];
      expect(await statementsOf(() => known.recognise([other], () => false))).toBe(1);
      await suspect;
    });
    // Each look but the first one waited, whoever else came meanwhile did not.
    expect(statements).toBe(4);
    expect(performance.now() - began).toBeGreaterThanOrEqual(395);
    expect(known.find(key)?.viewer.id).toBe('service:ci');
    expect(known.recognise([key], () => true)).toBeUndefined();
  });

  it('has a key that was made stand, though it could not be read again just then, and keeps its first use', async () => {
    let isAway = false;
    const db = database.db();
    const query: typeof db.query = (statement) =>
      isAway ? Promise.reject(new Error('away')) : db.query(statement);
    const known = know({}, { db: { ...db, query } });
    const input = createKeyInput.parse({ name: 'ci', scopes: ['read'] });
    const { secret } = await createKey({ db, onKeysChanged: known.refresh }, everything, input);
    await known.recognise([secret]);
    known.find(secret, '203.0.113.9');
    isAway = true;
    const other = createKeyInput.parse({ name: 'other', scopes: ['read'] });
    expect((await createKey({ db, onKeysChanged: known.refresh }, everything, other)).key.name).toBe('other');
    expect(known.faults.length).toBeGreaterThan(0);
    isAway = false;
    await known.refresh();
    const text = "SELECT address FROM decisions WHERE action = 'use_key'";
    expect(await db.query({ text })).toEqual([{ address: '203.0.113.9' }]);
  });

  it('tells once that there is a key, however many look at the same time', async () => {
    const onClosed = vi.fn();
    const known = know({}, { onClosed });
    await create();
    await Promise.all([known.refresh(), known.refresh(), known.refresh()]);
    expect(onClosed).toHaveBeenCalledOnce();
    expect([known.isClosed(), known.closing.aborted]).toEqual([true, true]);
  });

  it('costs nothing for what is no key: a wrong checksum, another kind of key', async () => {
    const [known, key] = [know(), await create()];
    const mistyped = `${key.slice(0, 20)}${key[20] === 'a' ? 'b' : 'a'}${key.slice(21)}`;
    const others = [mistyped, key.slice(1), `${key}x`, 'a-key-of-sixteen-characters', ''];
    expect(await statementsOf(() => expect(known.recognise(others)).toBeUndefined())).toBe(0);
    for (const other of others) expect(known.find(other)).toBeUndefined();
  });

  it('costs few statements for many keys that nobody was given, and keeps none of them', async () => {
    const known = know();
    const keys = Array.from({ length: 150 }, makeKeyText);
    const cost = await statementsOf(async () => {
      await Promise.all(keys.map((key) => known.recognise([key])));
    });
    expect(cost).toBeLessThan(5);
    expect(keys.map((key) => known.find(key)).filter(Boolean)).toEqual([]);
    expect(known.recognise(keys.slice(0, 1))).toBeInstanceOf(Promise);
  });

  it('has the bounds and the scopes of a key', async () => {
    const known = know();
    const key = await create('ci', { scopes: ['work'], plans: ['nightly.*'], labels: ['linux'] });
    await known.recognise([key]);
    expect(known.find(key)?.viewer).toMatchObject({
      scopes: new Set(['work']),
      bounds: { plans: ['nightly.*'], labels: ['linux'] },
    });
  });

  it('is read again, and ends what the holder of a revoked key has open', async () => {
    const [known, key] = [know(), await create()];
    await known.recognise([key]);
    const { ended } = known.find(key)?.viewer ?? {};
    await revoke('ci');
    expect(known.find(key)?.over).toBeUndefined();
    await known.refresh();
    expect(known.find(key)?.over).toMatch(/^The key of ci \(nsk_\w{8}…\) was revoked at 20/);
    expect(ended?.aborted).toBe(true);
    expect(String(ended?.reason)).toMatch(/was revoked/);
  });

  it('is read again for all keys together, by one statement', async () => {
    const known = know();
    const keys = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(name)));
    await known.recognise(keys);
    // The second one is whether callers need a key at all.
    expect(await statementsOf(() => known.refresh())).toBe(2);
    expect(known.isClosed()).toBe(true);
    expect(await statementsOf(() => known.refresh())).toBe(1);
  });

  it('does not change back when what was read before comes later', async () => {
    const db = database.db();
    const gates: (() => void)[] = [];
    const slow = new Proxy(db, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name, target);
        return async (statement: Parameters<typeof db.query>[0]) => {
          const rows = await target.query(statement);
          await new Promise<void>((resolve) => gates.push(resolve));
          return rows;
        };
      },
    });
    const opened = async () => {
      await eventually(() => expect(gates.length).toBeGreaterThan(0));
      gates.shift()?.();
    };
    const [known, key] = [know({}, { db: slow, closed: true }), await create()];
    const first = known.recognise([key]);
    await opened();
    await first;
    const older = known.refresh();
    await eventually(() => expect(gates).toHaveLength(1));
    await revoke('ci');
    const newer = known.refresh();
    await eventually(() => expect(gates).toHaveLength(2));
    gates.pop()?.();
    await newer;
    expect(known.find(key)?.over).toMatch(/revoked/);
    gates.pop()?.();
    await older;
    expect(known.find(key)?.over).toMatch(/revoked/);
  });

  it('does not count when it is too old', async () => {
    const [known, key] = [know({ staleAfterMs: 50 }), await create()];
    await known.recognise([key]);
    await eventually(() => expect(() => known.find(key)).toThrow(DatabaseUnavailableError));
    expect(known.recognise([key])).toBeInstanceOf(Promise);
  });

  it('is forgotten of a key that works no more and is not used', async () => {
    const [known, key] = [know({ forgetAfterMs: 0 }), await create()];
    await known.recognise([key]);
    await revoke('ci');
    await known.refresh();
    expect(known.find(key)?.over).toMatch(/revoked/);
    await eventually(async () => {
      await known.refresh();
      expect(known.find(key)).toBeUndefined();
    });
    await known.recognise([key]);
    expect(known.find(key)?.over).toMatch(/revoked/);
  });

  it('is noted of uses once a minute, and not at all by who may only read', async () => {
    const key = await create();
    const stored = async () => {
      const rows = await database.db().query<{ used: boolean; version: string }>({
        text: 'SELECT used_at IS NOT NULL AS used, xmin::text AS version FROM api_keys WHERE sha256 = $1',
        values: [hashOfKey(key)],
      });
      return rows[0];
    };
    const reading = know({}, { readOnly: true });
    await reading.recognise([key]);
    reading.find(key);
    await reading.refresh();
    expect(await stored()).toMatchObject({ used: false });
    const known = know();
    await known.recognise([key]);
    known.find(key, '192.0.2.7');
    await known.refresh();
    const first = await stored();
    expect(first?.used).toBe(true);
    for (let time = 0; time < 20; time += 1) {
      known.find(key, '192.0.2.7');
      await known.refresh();
    }
    expect(await stored()).toEqual(first);
  });

  it('is told once when callers begin to need a key', async () => {
    let told = 0;
    const known = know({ staleAfterMs: 30 }, { onClosed: () => (told += 1) });
    expect(known.isClosed()).toBe(false);
    await create();
    await eventually(() => expect(known.isClosed()).toBe(true));
    await known.refresh();
    expect(told).toBe(1);
    expect(known.faults).toEqual([]);
  });
});
