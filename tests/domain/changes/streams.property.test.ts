import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TaskChangesHub, type Watcher } from '../../../domain/changes/changes.ts';
import { BusyError, TooManyError } from '../../../domain/input/errors.ts';
import type { Task } from '../../../domain/tasks/task.ts';

const ann: Watcher = { id: 'ann@example.org', kind: 'person', address: '192.0.2.1' };
const stranger: Watcher = { id: 'anonymous', kind: 'anonymous', address: '192.0.2.1' };
const keyHolder: Watcher = { id: 'admin', kind: 'shared', address: '192.0.2.1' };

/** Opens streams of a caller until there are no more, gives how many and what refused the next one. */
function fill(
  hub: TaskChangesHub,
  watcher: Watcher,
): { open: AsyncIterableIterator<number>[]; refusal: unknown } {
  const open = [];
  for (;;)
    try {
      open.push(hub.watchRun('r', watcher));
    } catch (refusal) {
      return { open, refusal };
    }
}

describe('Streams of changes', () => {
  it('are bounded for each who is known wherever they come from, and for strangers of one network half as many', () => {
    const hub = new TaskChangesHub({ each: 4, all: 100 });
    const { open, refusal } = fill(hub, ann);
    expect(open).toHaveLength(4);
    expect(refusal).toBeInstanceOf(TooManyError);
    expect(refusal).toMatchObject({ quota: { policy: 'streams', limit: 4, remaining: 0 } });
    expect(fill(hub, { ...ann, id: 'Ann@example.org', address: '192.0.2.2' }).open).toHaveLength(0);
    expect(fill(hub, { ...ann, id: 'ben@example.org' }).open).toHaveLength(4);
    expect(fill(hub, stranger).open).toHaveLength(2);
    expect(fill(hub, { ...stranger, address: '192.0.2.2' }).open).toHaveLength(2);
    expect(fill(hub, keyHolder).open).toHaveLength(4);
    expect(fill(hub, { ...keyHolder, address: '192.0.2.2' }).open).toHaveLength(4);
  });

  it('are bounded for all together', () => {
    const hub = new TaskChangesHub({ each: 4, all: 6 });
    expect(fill(hub, ann).open).toHaveLength(4);
    const { open, refusal } = fill(hub, keyHolder);
    expect(open).toHaveLength(2);
    expect(refusal).toBeInstanceOf(BusyError);
  });

  it('hold their places until their readers have stopped, those that are too slow as well', async () => {
    const hub = new TaskChangesHub({ each: 1, all: 10 });
    const slow = hub.watchRun('r', ann);
    for (let id = 0; id <= 10_001; id += 1) hub.publish({ id, runId: 'r' } as Task);
    expect(hub.size).toBe(0);
    expect(fill(hub, ann).open).toHaveLength(0);
    await expect(slow.next()).rejects.toThrow('too slow');
    expect(fill(hub, ann).open).toHaveLength(1);
  });

  it('give back each place once, in whatever ways and order they end', async () => {
    const step = fc.record({
      watcher: fc.constantFrom(ann, stranger, keyHolder),
      way: fc.constantFrom(...ways),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, closes) => {
        const hub = new TaskChangesHub(limits);
        const left: Stream[] = [];
        for (const { watcher, way } of steps) {
          const stream = openIn(hub, watcher);
          if (stream) await way(stream, hub, left);
        }
        if (closes) hub.close();
        for (const stream of left) await stream.return?.();
        expect(hub.size).toBe(0);
        const unused = new TaskChangesHub(limits);
        for (const watcher of [ann, stranger, keyHolder])
          expect(fill(hub, watcher).open.length).toBe(fill(unused, watcher).open.length);
      }),
      { numRuns: 50 },
    );
  });
});

type Stream = AsyncIterableIterator<number>;

const limits = { each: 4, all: 9 };

function openIn(hub: TaskChangesHub, watcher: Watcher): Stream | undefined {
  try {
    return hub.watchRun('r', watcher);
  } catch {
    return undefined;
  }
}

/** The ways in which a stream ends; the first leaves that for later. */
const ways: ((stream: Stream, hub: TaskChangesHub, left: Stream[]) => Promise<unknown>)[] = [
  async (stream, _hub, left) => left.push(stream),
  async (stream) => stream.return?.(),
  async (stream) => [await stream.return?.(), await stream.return?.()],
  async (stream) => {
    const read = stream.next();
    await stream.return?.();
    expect((await read).done).toBe(true);
  },
  async (stream, hub) => {
    for (let id = 0; id <= 10_001; id += 1) hub.publish({ id, runId: 'r' } as Task);
    await expect(stream.next()).rejects.toThrow('too slow');
    await stream.return?.();
  },
];
