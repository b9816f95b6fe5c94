import { beforeEach, expect, it } from 'vitest';
import { countFailures, failureWindowMs, forgetFailures } from '../../../domain/access/failedCredentials.ts';
import { describeOnBoth } from '../../support/databases.ts';

describeOnBoth('Failed credentials', (database) => {
  beforeEach(() => database.truncate());

  const network = (source: string, count = 1) => ({ kind: 'network' as const, source, count });
  const key = (source: string, count = 1) => ({ kind: 'key_prefix' as const, source, count });
  const countsOf = async () => {
    const rows = await database
      .db()
      .query<{ source: string; count: number }>({ text: 'SELECT source, count FROM failed_credentials' });
    return Object.fromEntries(rows.map(({ source, count }) => [source, count]));
  };
  const age = (ms: number) =>
    database.db().query({
      text: `UPDATE failed_credentials SET window_began_at = window_began_at - $1::float8 * interval '1 ms'`,
      values: [ms],
    });

  it('are counted exactly, however many come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => countFailures(database.db(), [network('192.0.2.7')])),
    );
    const counts = answers.map(([counted]) => counted?.count ?? 0).sort((one, other) => one - other);
    expect(counts).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await countsOf()).toEqual({ '192.0.2.7': 200 });
  });

  it('of several sources at once hold each other up in no order', async () => {
    const sources = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      Array.from({ length: 100 }, (_, turn) => {
        const first = turn % sources.length;
        const order = [...sources.slice(first), ...sources.slice(0, first)];
        return countFailures(
          database.db(),
          turn % 2 === 0
            ? order.map((one) => network(one, 2))
            : [...order].reverse().map((one) => network(one)),
        );
      }),
    );
    expect(await countsOf()).toEqual(Object.fromEntries(sources.map((source) => [source, 150])));
  });

  it('count for a minute from the first on, and anew after it', async () => {
    await countFailures(database.db(), [network('192.0.2.7', 5)]);
    await age(20_000);
    const [later] = await countFailures(database.db(), [network('192.0.2.7', 2)]);
    expect(later?.count).toBe(7);
    expect(later?.endsInMs).toBeGreaterThan(0);
    // The begin of a window is kept in whole milliseconds.
    expect(later?.endsInMs).toBeLessThanOrEqual(failureWindowMs - 20_000 + 1);
    await age(40_001);
    const [anew] = await countFailures(database.db(), [network('192.0.2.7', 3)]);
    expect(anew?.count).toBe(3);
    expect(anew?.endsInMs).toBeGreaterThan(failureWindowMs - 2);
  });

  it('of a network and of the beginning of a key are told apart', async () => {
    await countFailures(database.db(), [network('nsk_aaaaaaaa', 2)]);
    const counted = await countFailures(database.db(), [key('nsk_aaaaaaaa'), network('nsk_aaaaaaaa')]);
    expect(counted.map(({ kind, count }) => [kind, count]).sort()).toEqual([
      ['key_prefix', 1],
      ['network', 3],
    ]);
  });

  it('are forgotten when they count no more, and only then', async () => {
    await countFailures(database.db(), [network('old'), key('nsk_old00000')]);
    await age(failureWindowMs + 1);
    await countFailures(database.db(), [network('new')]);
    await forgetFailures(database.db());
    expect(await countsOf()).toEqual({ new: 1 });
  });

  it('are counted exactly while those of before are forgotten', async () => {
    await countFailures(database.db(), [network('again', 50)]);
    await age(failureWindowMs + 1);
    await Promise.all([
      ...Array.from({ length: 30 }, () => countFailures(database.db(), [network('again')])),
      ...Array.from({ length: 10 }, () => forgetFailures(database.db())),
    ]);
    expect(await countsOf()).toEqual({ again: 30 });
  });
});
