import { beforeEach, describe, expect, it } from 'vitest';
import { hashOfKey, isKeyText, makeKeyText, prefixLength } from '../../../contract/keyText.ts';
import { closeForGood, isClosed } from '../../../domain/access/closed.ts';
import { noteKeyUses, readKeyFacts } from '../../../domain/access/keyFacts.ts';
import { createKeyInput, revokeKeyInput, rotateKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey, rotateKey } from '../../../domain/access/keys.ts';
import { revokeKey } from '../../../domain/access/revokeKey.ts';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { readInput } from '../../../domain/input/read.ts';
import { describeOnBoth, type TestDatabase } from '../../support/databases.ts';
import { viewerNamed } from '../../support/domain.ts';

const ann = viewerNamed('ann@example.org');
const [minute, day] = [60_000, 86_400_000];

/** The changes of keys, by Ann, on the database of a block of tests. */
function keysOf(database: TestDatabase) {
  const store = () => ({ db: database.db() });
  return {
    create: (given: object, secret?: string) =>
      createKey(store(), ann, readInput(createKeyInput, { scopes: ['read'], ...given }), 'cli', secret),
    rotate: (given: object) => rotateKey(store(), ann, readInput(rotateKeyInput, given), 'cli'),
    revoke: (key: string) => revokeKey(store(), ann, readInput(revokeKeyInput, { key }), 'cli'),
    states: async (name: string) => {
      const rows = await database
        .db()
        .query<{ sha256: string }>({ text: 'SELECT sha256 FROM api_keys WHERE name = $1', values: [name] });
      const facts = await readKeyFacts(
        database.db(),
        rows.map(({ sha256 }) => sha256),
      );
      return facts.map(({ state }) => state).sort();
    },
    /** Lets the keys of a service expire a minute ago. */
    expire: (name: string) =>
      database.db().query({
        text: `UPDATE api_keys SET created_at = created_at - (expires_at - clock_timestamp()) - interval '1 minute',
          expires_at = clock_timestamp() - interval '1 minute' WHERE name = $1`,
        values: [name],
      }),
    records: () =>
      database.db().query<{ action: string; subject: string; viewer: string; note: string }>({
        text: 'SELECT action, subject, viewer_name(viewer) AS viewer, viewer_kind, via, outcome, address, note FROM decisions ORDER BY id',
      }),
  };
}

const lifeOf = ({ createdAt, expiresAt }: { createdAt: string; expiresAt: string | null }) =>
  expiresAt === null ? null : Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 1000) * 1000;

describeOnBoth('Keys of services', (database) => {
  const keys = keysOf(database);
  beforeEach(() => database.truncate());

  it('are created with what they may do, for 90 days unless it is said', async () => {
    const { key, secret } = await keys.create({
      name: 'ci',
      scopes: ['report', 'read'],
      plans: ['nightly.*'],
    });
    expect(isKeyText(secret)).toBe(true);
    expect(key).toMatchObject({
      name: 'ci',
      prefix: secret.slice(0, prefixLength),
      scopes: ['report', 'read'],
      projects: [],
      plans: ['nightly.*'],
      labels: [],
      tasks: [],
      madeBy: 'ann@example.org',
      usedAt: null,
      replacedAt: null,
      revokedAt: null,
      state: 'active',
    });
    expect(lifeOf(key)).toBe(90 * day);
    expect(lifeOf((await keys.create({ name: 'ever', expiresInMs: null })).key)).toBe(null);
    expect(lifeOf((await keys.create({ name: 'short', expiresInMs: 2 * minute })).key)).toBe(2 * minute);
    expect(await readKeyFacts(database.db(), [hashOfKey(secret), hashOfKey(makeKeyText())])).toEqual([
      {
        ...key,
        sha256: hashOfKey(secret),
        ownerState: null,
        also: [],
        grants: [],
        groups: [],
        sleepDays: 30,
      },
    ]);
  });

  it('have a name that one key has, until it is revoked or has expired', async () => {
    await keys.create({ name: 'ci' });
    const taken = /^`name` must be the name of a service without a key, got "ci", which has one\. Rotate/;
    await expect(keys.create({ name: 'ci' })).rejects.toThrow(taken);
    await keys.revoke('ci');
    await keys.create({ name: 'ci' });
    await keys.expire('ci');
    await keys.create({ name: 'ci' });
    await expect(keys.create({ name: 'ci' })).rejects.toThrow(InvalidInputError);
    expect(await keys.states('ci')).toEqual(['active', 'expired', 'revoked']);
  });

  it('are made once of one name, however many ask at the same time', async () => {
    const made = await Promise.allSettled(Array.from({ length: 50 }, () => keys.create({ name: 'ci' })));
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(49);
    expect(refused.filter((reason) => !(reason instanceof InvalidInputError))).toEqual([]);
    expect(await keys.states('ci')).toEqual(['active']);
    expect(await keys.records()).toHaveLength(1);
  });

  it('are rotated with what the old one may do and as long, and the old one works for a day yet', async () => {
    const old = await keys.create({ name: 'ci', scopes: ['work'], labels: ['linux'], expiresInMs: 30 * day });
    const { key, secret } = await keys.rotate({ name: 'ci' });
    expect(secret).not.toBe(old.secret);
    expect(key).toMatchObject({ name: 'ci', scopes: ['work'], labels: ['linux'], state: 'active' });
    expect(lifeOf(key)).toBe(30 * day);
    const [before] = await readKeyFacts(database.db(), [hashOfKey(old.secret)]);
    expect(before?.state).toBe('replaced');
    const leftMs = Date.parse(before?.expiresAt ?? '') - Date.parse(before?.replacedAt ?? '');
    expect(Math.round(leftMs / 1000)).toBe(day / 1000);
  });

  it('are rotated without an overlap, or for as long as is said', async () => {
    const first = await keys.create({ name: 'ci', expiresInMs: null });
    expect(lifeOf((await keys.rotate({ name: 'ci', overlapMs: 0 })).key)).toBe(null);
    expect((await readKeyFacts(database.db(), [hashOfKey(first.secret)]))[0]?.state).toBe('expired');
    expect(lifeOf((await keys.rotate({ name: 'ci', expiresInMs: 3 * day })).key)).toBe(3 * day);
    expect(lifeOf((await keys.rotate({ name: 'ci', expiresInMs: null })).key)).toBe(null);
  });

  it('never work longer for having been replaced', async () => {
    const old = await keys.create({ name: 'ci', expiresInMs: minute });
    await keys.rotate({ name: 'ci', overlapMs: day });
    expect((await readKeyFacts(database.db(), [hashOfKey(old.secret)]))[0]?.expiresAt).toBe(
      old.key.expiresAt,
    );
  });

  it('leave exactly one that is newest, however many rotate at the same time', async () => {
    await keys.create({ name: 'ci' });
    const rotated = await Promise.allSettled(Array.from({ length: 20 }, () => keys.rotate({ name: 'ci' })));
    const made = rotated.filter(({ status }) => status === 'fulfilled').length;
    expect(made).toBeGreaterThan(0);
    for (const one of rotated)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(InvalidInputError);
    expect(await keys.states('ci')).toEqual(['active', ...Array.from({ length: made }, () => 'replaced')]);
  });

  it('can be rotated after they expired, and not after they were revoked', async () => {
    await keys.create({ name: 'ci' });
    await keys.expire('ci');
    await keys.rotate({ name: 'ci' });
    expect(await keys.states('ci')).toEqual(['active', 'expired']);
    await keys.revoke('ci');
    await expect(keys.rotate({ name: 'ci' })).rejects.toThrow(/^`name` must be .* got "ci"/);
    await expect(keys.rotate({ name: 'none' })).rejects.toThrow(InvalidInputError);
  });

  it('are revoked by the name of their service, all of them, and again is the same', async () => {
    await keys.create({ name: 'ci' });
    await keys.rotate({ name: 'ci' });
    await keys.create({ name: 'other' });
    const revoked = await keys.revoke('ci');
    expect(revoked.map(({ state, revokedBy }) => [state, revokedBy])).toEqual([
      ['revoked', 'ann@example.org'],
      ['revoked', 'ann@example.org'],
    ]);
    const before = (await keys.records()).length;
    expect(await keys.revoke('ci')).toEqual(revoked);
    expect(await keys.records()).toHaveLength(before);
    expect(await keys.states('other')).toEqual(['active']);
  });

  it('are revoked one by one by how they begin', async () => {
    const old = await keys.create({ name: 'ci' });
    await keys.rotate({ name: 'ci' });
    const revoked = await keys.revoke(old.key.prefix);
    expect(revoked.map(({ prefix }) => prefix)).toEqual([old.key.prefix]);
    expect(await keys.states('ci')).toEqual(['active', 'revoked']);
    await expect(keys.revoke('nsk_nobody00')).rejects.toThrow(
      '`key` must be the name of a service with a key, or a key\'s first 12 characters, got "nsk_nobody00"',
    );
    const whole = await keys.create({ name: 'leaked' });
    expect((await keys.revoke(whole.secret)).map(({ name }) => name)).toEqual(['leaked']);
    await expect(keys.revoke(`${'nsk_nobody00'}${'x'.repeat(41)}`)).rejects.toThrow(/got "nsk_nobody00"\.?$/);
  });

  it('leave a row of the record for each change, with who made it and what the key may do', async () => {
    const { key } = await keys.create({
      name: 'ci',
      scopes: ['report'],
      projects: ['acme/site'],
      expiresInMs: null,
    });
    const rotated = await keys.rotate({ name: 'ci' });
    await keys.revoke('ci');
    const by = { subject: 'service:ci', viewer: 'ann@example.org', viewer_kind: 'person', via: 'cli' };
    const ofKey = `${key.prefix}…: report; projects acme/site; does not expire`;
    const ofNew = ofKey.replace(key.prefix, rotated.key.prefix);
    const records = await keys.records();
    expect(records.slice(0, 2)).toMatchObject([
      { ...by, action: 'create_key', outcome: 'done', note: ofKey },
      { ...by, action: 'rotate_key', outcome: 'done', note: `${key.prefix}… is replaced by ${ofNew}` },
    ]);
    expect(records.slice(2).map(({ action, note }) => `${action} ${note}`)).toEqual(
      expect.arrayContaining([`revoke_key ${key.prefix}…`, `revoke_key ${rotated.key.prefix}…`]),
    );
  });

  it('are noted as used at most once a minute, and on record the first time', async () => {
    const { key } = await keys.create({ name: 'ci' });
    const use = () => noteKeyUses(database.db(), [{ id: key.id, address: '192.0.2.7' }]);
    const usedAt = async () => {
      const [row] = await database.db().query<{ used_at: Date | string; version: string }>({
        text: 'SELECT used_at, xmin::text AS version FROM api_keys WHERE id = $1',
        values: [key.id],
      });
      return row;
    };
    await Promise.all([use(), use(), use()]);
    const first = await usedAt();
    expect(new Date(first?.used_at ?? '').getTime() % minute).toBe(0);
    expect((await keys.records()).at(-1)).toMatchObject({
      action: 'use_key',
      subject: 'service:ci',
      viewer: 'service:ci',
      viewer_kind: 'service',
      via: 'engine',
      address: '192.0.2.7',
      note: `${key.prefix}…`,
    });
    await database.db().query({ text: "UPDATE api_keys SET used_at = used_at - interval '1 hour'" });
    const earlier = await usedAt();
    await use();
    expect((await usedAt())?.version).not.toBe(earlier?.version);
    expect((await keys.records()).filter(({ action }) => action === 'use_key')).toHaveLength(1);
  });

  it('stand in no table: of a key nothing but its beginning and its hash is stored', async () => {
    const { secret } = await keys.create({ name: 'ci' });
    const next = await keys.rotate({ name: 'ci' });
    await keys.revoke('ci');
    const tables = await database.db().query<{ name: string }>({
      text: "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    });
    expect(tables.map(({ name }) => name)).toContain('public.api_keys');
    const secrets = [secret, next.secret].map((one) => `%${one.slice(prefixLength)}%`);
    for (const { name } of tables) {
      const found = await database.db().query({
        text: `SELECT 1 FROM ${name} AS one WHERE one::text LIKE ANY($1)`,
        values: [secrets],
      });
      expect(found, name).toEqual([]);
    }
  });

  it('close the database to callers without one, whatever becomes of the key', async () => {
    expect(await isClosed(database.db())).toBe(false);
    await keys.create({ name: 'ci' });
    expect(await isClosed(database.db())).toBe(true);
    await keys.revoke('ci');
    expect(await isClosed(database.db())).toBe(true);
    await database.db().query({ text: 'DELETE FROM api_keys' });
    expect(await isClosed(database.db())).toBe(true);
    await closeForGood(database.db());
    const refused = 'this database has had a key, so it stays closed to callers without one';
    for (const text of [
      'UPDATE identity SET closed_at = NULL',
      'UPDATE identity SET closed_at = clock_timestamp()',
      'DELETE FROM identity',
    ])
      await expect(database.db().query({ text }), text).rejects.toThrow(refused);
    expect(await isClosed(database.db())).toBe(true);
  });

  it('close it also when they are written by hand, and not when writing them failed', async () => {
    const insert = (values: string) =>
      database.db().query({
        text: `INSERT INTO api_keys (name, prefix, sha256, scopes, plans, made_by) VALUES ${values}`,
      });
    const hash = hashOfKey('x');
    for (const values of [
      `('a', 'nsk_', 'not a hash', '{read}', '{}', 'x')`,
      `('a', 'nsk_', '${hash}', '{}', '{}', 'x')`,
      `('a', 'nsk_', '${hash}', '{everything}', '{}', 'x')`,
      `('a', 'nsk_', '${hash}', '{admin}', '{nightly}', 'x')`,
    ])
      await expect(insert(values), values).rejects.toThrow(/violates check constraint/);
    expect(await isClosed(database.db())).toBe(false);
    await insert(`('a', 'nsk_', '${hash}', '{read}', '{}', 'x')`);
    expect(await isClosed(database.db())).toBe(true);
  });
});

describe('A key that is asked for', () => {
  const refusals: [given: object, message: RegExp][] = [
    [{ name: 'CI' }, /^`name` must have 1 to 63 lower-case letters/],
    [{ name: '' }, /^`name`/],
    [{ name: 'a'.repeat(64) }, /^`name`/],
    [{ name: 'ann@example.org' }, /^`name`/],
    [{ scopes: [] }, /^`scopes`/],
    [{ scopes: ['everything'] }, /^`scopes/],
    [
      { scopes: ['admin'], plans: ['nightly'] },
      /^`plans` must be an empty list with the admin scope, which covers the whole server, got \["nightly"\]\. Leave out/,
    ],
    [{ scopes: ['read', 'admin'], tasks: ['seo.*'] }, /^`tasks` must be an empty list with the admin scope/],
    [{ projects: ['no project'] }, /^`projects/],
    [{ plans: Array.from({ length: 51 }, (_, index) => `p${index}`) }, /^`plans`/],
    [{ expiresInMs: 1000 }, /^`expiresInMs`/],
    [{ expiresInMs: 3651 * day }, /^`expiresInMs`/],
  ];
  it.each(refusals)('is refused as %j', (given, message) => {
    const wanted = { name: 'ci', scopes: ['read'], ...given };
    expect(() => readInput(createKeyInput, wanted)).toThrow(message);
  });
});
