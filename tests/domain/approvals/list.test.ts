import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { countApprovals, readApprovalPage } from '../../../domain/approvals/list.ts';
import { InvalidCursorError } from '../../../domain/input/errors.ts';
import type { PageArguments } from '../../../domain/input/page.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';

describeOnEither('The approvals that wait', (database) => {
  const store = storeOf(database);
  const ann = viewerNamed('ann@example.org');
  beforeEach(() => database.truncate());

  /** Makes tasks that wait, each expiring in so many hours or never, and with these approvers. */
  async function waiting(
    expiries: readonly (number | null)[],
    approvers: readonly string[] = [],
  ): Promise<number[]> {
    const ids: number[] = [];
    for (const [index, hours] of expiries.entries()) {
      const { task } = await createTask(store, everything, {
        task: `t${index}`,
        runId: 'r',
        status: 'awaiting_approval',
      });
      await store.db.query({
        text: `UPDATE approvals SET expires_at = timestamptz '2099-01-01' + $2 * interval '1 hour', policy = policy || $3 WHERE task_id = $1`,
        values: [task.id, hours, JSON.stringify({ approvers })],
      });
      ids.push(task.id);
    }
    return ids;
  }
  const read = async (filter: object, page: PageArguments = {}, viewer = ann) => {
    const { edges, hasNextPage, hasPreviousPage } = await readApprovalPage(store, viewer, filter, page);
    return {
      ids: edges.map(({ node }) => node.taskId),
      cursors: edges.map(({ cursor }) => cursor),
      next: await hasNextPage(),
      previous: await hasPreviousPage(),
    };
  };

  async function walk(filter: object, first: number): Promise<number[]> {
    const { ids, cursors, next } = await read(filter, { first });
    const seen = [...ids];
    for (let more = next, after = cursors.at(-1); more; ) {
      const page = await read(filter, { first, after: after ?? null });
      seen.push(...page.ids);
      after = page.cursors.at(-1);
      more = page.next;
    }
    return seen;
  }
  async function walkBack(filter: object, last: number): Promise<number[]> {
    const { ids, cursors, previous } = await read(filter, { last });
    const seen = [...ids];
    for (let more = previous, before = cursors[0]; more; ) {
      const page = await read(filter, { last, before: before ?? null });
      seen.unshift(...page.ids);
      before = page.cursors[0];
      more = page.previous;
    }
    return seen;
  }

  it('come by their expiry, those that never expire last, and without those that have ended', async () => {
    const [late = 0, never = 0, soon = 0, gone = 0] = await waiting([5, null, 1, 2]);
    await decideTask(store, ann, gone, 'reject');
    expect((await read({})).ids).toEqual([soon, late, never]);
    expect(await countApprovals(store, ann, {}, 10_000)).toBe(3);
    expect(await countApprovals(store, ann, {}, 2)).toBe(2);
  });

  it('are each on one page, whatever the size and the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.nat(2)), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.constantFrom<object>({}, { mine: true }),
        async (expiries, size, isBackward, filter) => {
          await database.truncate();
          const ids = await waiting(expiries);
          const all = (await read({}, { first: 200 })).ids;
          expect(all.toSorted()).toEqual(ids.toSorted());
          const seen = isBackward ? await walkBack(filter, size) : await walk(filter, size);
          expect(seen).toEqual(all);
        },
      ),
      { numRuns: sized({ short: 25, full: 300 }) },
    );
  });

  it('are mine where I may approve and have not, and the others are the rest', async () => {
    const mine = await waiting([1, 2], [ann.id]);
    const others = await waiting([1, 3], ['bob@example.org']);
    const [both = 0] = await waiting([4], [ann.id, 'bob@example.org']);
    await store.db.query({
      text: `UPDATE approvals SET policy = policy || '{"required": 2}' WHERE task_id = $1`,
      values: [both],
    });
    expect((await read({ mine: true })).ids).toEqual([...mine, both]);
    expect((await read({ mine: false })).ids).toEqual(others);
    await decideTask(store, ann, both, 'approve');
    expect((await read({ mine: true })).ids).toEqual(mine);
    expect((await read({ mine: false })).ids).toEqual([...others, both]);
    expect(await countApprovals(store, ann, { mine: true }, 10_000)).toBe(2);
    expect(await countApprovals(store, ann, { mine: false }, 10_000)).toBe(3);
    const reader = viewerNamed('eve@example.org', ['read']);
    expect((await read({ mine: true }, {}, reader)).ids).toEqual([]);
    expect((await read({ mine: false }, {}, reader)).ids).toHaveLength(5);
  });

  it('want a cursor of their own', async () => {
    for (const cursor of [
      'x',
      Buffer.from('[1]').toString('base64url'),
      Buffer.from('["no",1]').toString('base64url'),
    ])
      await expect(read({}, { after: cursor })).rejects.toThrow(InvalidCursorError);
  });
});
