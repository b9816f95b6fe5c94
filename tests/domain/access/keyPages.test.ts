import fc from 'fast-check';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { hashOfKey } from '../../../contract/keyText.ts';
import { countKeys, readKeyPage } from '../../../domain/access/keyPages.ts';
import { InvalidCursorError } from '../../../domain/input/errors.ts';
import { describeOnBoth } from '../../support/databases.ts';

describeOnBoth('The list of keys', (database) => {
  let made = 0;
  beforeAll(() => {
    made = 0;
  });
  beforeEach(() => database.truncate());

  /** Makes keys, each active, expired or revoked, and gives their ids, newest first. */
  async function make(states: readonly ('active' | 'expired' | 'revoked')[]) {
    const rows = await database.db().query<{ id: number }>({
      text: `INSERT INTO api_keys (name, prefix, sha256, scopes, made_by, expires_at, revoked_at, revoked_by)
        SELECT 'k' || n, 'nsk_', hash, '{read}', 'ann', CASE WHEN state = 'expired' THEN clock_timestamp() - interval '1 second' END,
          CASE WHEN state = 'revoked' THEN clock_timestamp() END, CASE WHEN state = 'revoked' THEN 'ann' END
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (state, hash, n) ORDER BY n RETURNING id`,
      values: [states, states.map(() => hashOfKey(String(made++)))],
    });
    return rows.map(({ id }, index) => ({ id, works: states[index] === 'active' })).reverse();
  }

  const state = fc.constantFrom('active', 'expired', 'revoked');
  const cases = {
    states: fc.array(state, { maxLength: 12 }),
    all: fc.boolean(),
    size: fc.integer({ min: 1, max: 5 }),
  };

  it('is walked in pages, forward and backward, and counted, each key once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(cases), async ({ states, all, size }) => {
        await database.truncate();
        const expected = (await make(states)).filter(({ works }) => all || works).map(({ id }) => id);
        expect(await countKeys(database.db(), { all }, 1000)).toBe(expected.length);
        expect(await countKeys(database.db(), { all }, 3)).toBe(Math.min(3, expected.length));

        const forward: number[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await readKeyPage(
            database.db(),
            { all },
            { first: size, ...(after ? { after } : {}) },
          );
          forward.push(...page.edges.map(({ node }) => node.id));
          expect(await page.hasPreviousPage()).toBe(after !== undefined);
          more = await page.hasNextPage();
          expect(more).toBe(forward.length < expected.length);
          after = page.edges.at(-1)?.cursor;
        }
        expect(forward).toEqual(expected);

        const backward: number[] = [];
        for (let before: string | undefined, more = true; more; ) {
          const page = await readKeyPage(
            database.db(),
            { all },
            { last: size, ...(before ? { before } : {}) },
          );
          backward.unshift(...page.edges.map(({ node }) => node.id));
          expect(await page.hasNextPage()).toBe(before !== undefined);
          more = await page.hasPreviousPage();
          before = page.edges[0]?.cursor;
        }
        expect(backward).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a cursor that it did not give', async () => {
    const read = (after: string) => readKeyPage(database.db(), { all: true }, { first: 1, after });
    for (const text of ['[0]', '[1, 2]', '["1"]', '{}', '[99999999999]', 'null'])
      await expect(read(Buffer.from(text).toString('base64url')), text).rejects.toThrow(InvalidCursorError);
    await expect(read('x')).rejects.toThrow(InvalidCursorError);
  });
});
