import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { decodeCursor } from '../../../domain/tasks/cursor.ts';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

const times = [null, '2025-01-15T02:30:00Z', '2025-01-15T02:31:00Z', '2030-01-01T00:00:00Z'];

describe('A walk over pages of tasks, beside transactions that have not ended,', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);

  async function plant(starts: readonly (string | null)[]): Promise<number[]> {
    await database.truncate();
    const ids: number[] = [];
    for (const startedAt of starts) {
      // Each in a run of its own: those that change one run at the same time wait for each other.
      const input = { task: 'a', runId: `r${ids.length}`, status: 'running' as const, startedAt };
      ids.push((await createTask(store, everything, input)).task.id);
    }
    return ids;
  }

  /** Moves a task in a transaction that ends when it is told to: by a commit, or not at all. */
  async function hold(id: number, startedAt: string | null) {
    const moved = Promise.withResolvers<void>();
    const told = Promise.withResolvers<boolean>();
    const undone = new Error('undone');
    const ended = store.db
      .transaction(async (tx) => {
        const text = 'UPDATE agents_tasks SET started_at = $2 WHERE id = $1';
        await tx.query({ text, values: [id, startedAt] });
        moved.resolve();
        if (!(await told.promise)) throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    await Promise.race([moved.promise, ended]);
    return async (commits: boolean) => {
      told.resolve(commits);
      await ended;
    };
  }

  async function walk(size: number, backward: boolean, between: () => Promise<void>): Promise<number[]> {
    const seen: number[] = [];
    for (let cursor: string | undefined; ; await between()) {
      const page = backward ? { last: size, before: cursor } : { first: size, after: cursor };
      const { edges } = await readTaskPage(store.db, {}, page);
      if (edges.length === 0) return seen;
      seen.push(...edges.map(({ node }) => node.id));
      cursor = (backward ? edges.at(0) : edges.at(-1))?.cursor;
    }
  }

  it('sees a start once that is committed after its first page', async () => {
    const [first, second, third] = await plant([null, null, '2025-01-15T02:30:00Z']);
    const end = await hold(second ?? 0, '2030-01-01T00:00:00Z');
    const other = await hold(first ?? 0, '2025-01-15T02:29:00Z');
    const later = await createTask(store, everything, {
      task: 'b',
      runId: 'r',
      status: 'queued',
      startedAt: null,
    });
    let pages = 0;
    const seen = await walk(1, false, async () => {
      pages += 1;
      if (pages === 2) await end(true);
      if (pages === 3) await other(true);
    });
    expect(seen).toEqual([later.task.id, second, first, third]);
  });

  it('carries in its cursor which ones they are', async () => {
    const [id] = await plant([null, null]);
    const end = await hold(id ?? 0, '2030-01-01T00:00:00Z');
    await createTask(store, everything, { task: 'b', runId: 'r', status: 'queued', startedAt: null });
    const { edges } = await readTaskPage(store.db, {}, { first: 1 });
    const { asOf, open = [] } = decodeCursor(edges[0]?.cursor ?? '');
    expect(open.length).toBeGreaterThan(0);
    expect(Math.max(...open)).toBeLessThan(asOf ?? 0);
    await end(false);
  });

  it('sees every task exactly once, whenever they begin and end, and however they end', async () => {
    const step = fc.record({
      begin: fc.array(fc.tuple(fc.nat({ max: 7 }), fc.constantFrom(...times)), { maxLength: 3 }),
      end: fc.array(fc.tuple(fc.nat({ max: 7 }), fc.boolean()), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...times), { minLength: 4, maxLength: 8 }),
        fc.array(step, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (starts, steps, size, backward) => {
          const ids = await plant(starts);
          const open = new Map<number, (commits: boolean) => Promise<void>>();
          const pending = [...steps];
          const disturb = async () => {
            const { begin = [], end = [] } = pending.shift() ?? {};
            for (const [index, time] of begin) {
              const id = ids[index];
              if (id !== undefined && !open.has(id) && open.size < 3) open.set(id, await hold(id, time));
            }
            for (const [index, commits] of end) {
              const id = ids[index] ?? 0;
              await open.get(id)?.(commits);
              open.delete(id);
            }
          };
          await disturb();
          const seen = await walk(size, backward, disturb);
          for (const end of open.values()) await end(true);
          expect(seen.sort((a, b) => a - b)).toEqual(ids);
        },
      ),
      { numRuns: 60 },
    );
  });
});
