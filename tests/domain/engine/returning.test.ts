import { describe, expect, it } from 'vitest';
import { endOfWait, isReturning, noteInVain, queryTogether } from '../../../domain/engine/returning.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';

describe('The end of a wait for work', () => {
  it('is where it was asked for, when the wait is short', () => {
    expect(endOfWait(9999, 1234)).toBe(11_233);
  });

  it('is one moment for all long waits that begin within a while, and never later than asked for', () => {
    const ends = [0, 5, 700, 2499].map((now) => endOfWait(20_000, 100_000 + now));
    expect(new Set(ends)).toEqual(new Set([120_000]));
    for (let now = 0; now < 10_000; now += 97) {
      const waits = endOfWait(20_000, now) - now;
      expect(waits).toBeGreaterThan(17_500 - 1);
      expect(waits).toBeLessThanOrEqual(20_000);
    }
  });
});

describeOnBoth('Requests for work that come back', (database) => {
  const store = storeOf(database);

  it('are those that have just waited in vain, each once', () => {
    expect(isReturning(store, 'one')).toBe(false);
    noteInVain(store, 'one');
    noteInVain(store, 'one');
    expect(isReturning(store, 'other')).toBe(false);
    expect([1, 2, 3].map(() => isReturning(store, 'one'))).toEqual([true, true, false]);
    noteInVain(store, 'one', 5000);
    expect(isReturning(store, 'one', 6001)).toBe(false);
  });

  it('are looked after in one transaction', async () => {
    const before = database.db().statements();
    const numbers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        queryTogether<{ id: number }>(database.db(), `worker-${index}`, {
          text: 'SELECT $1::int AS id',
          values: [index],
        }),
      ),
    );
    expect(numbers.map(([row]) => row?.id)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(database.db().statements() - before).toBe(22);
  });

  it('do not fail for what is wrong with another', async () => {
    const ask = (worker: string, text: string) =>
      queryTogether<{ one: number }>(database.db(), worker, { text });
    const [good, bad, other] = await Promise.allSettled([
      ask('a', 'SELECT 1 AS one'),
      ask('b', 'SELECT 1/0 AS one'),
      ask('c', 'SELECT 1 AS one'),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ one: 1 }] });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'division by zero' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: [{ one: 1 }] });
  });
});
