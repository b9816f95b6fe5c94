import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherNews } from '../../../web/live/gather.ts';

const changed = (...ids: string[]) => ({
  type: 'changed' as const,
  changes: ids.map((id) => ({ kind: 'TASK' as const, id, version: 1 })),
});

describe('The news of a view', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A view that reads again until it is let go on. */
  function makeView() {
    const told: string[] = [];
    const reading: PromiseWithResolvers<void>[] = [];
    const view = { isSeen: true };
    const gatherer = gatherNews({
      tell({ ids, isGap }) {
        told.push([...ids, ...(isGap ? ['gap'] : [])].join(' '));
        reading.push(Promise.withResolvers());
        return reading.at(-1)?.promise;
      },
      isWanted: ({ id }) => id !== 'other',
      isSeen: () => view.isSeen,
    });
    return { told, reading, view, ...gatherer };
  }

  it('are told once for what comes together', async () => {
    const { told, hear } = makeView();
    for (const id of ['a', 'b', 'other', 'a']) hear(changed(id));
    hear({ type: 'gap' });
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(400);
    expect(told).toEqual(['a b gap']);
    hear(changed('other'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual(['a b gap']);
  });

  it('wait until those before have been read, and as long again as that took', async () => {
    const { told, reading, hear } = makeView();
    hear(changed('a'));
    await vi.advanceTimersByTimeAsync(400);
    for (let at = 0; at < 30; at += 1) {
      hear(changed(`b${at % 2}`));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(told).toEqual(['a']);
    // One that fails is over as well.
    reading[0]?.reject(new Error('The server is busy.'));
    await vi.advanceTimersByTimeAsync(2900);
    expect(told).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(200);
    expect(told).toEqual(['a', 'b0 b1']);
  });

  it('wait for somebody who looks, and end with the view', async () => {
    const { told, view, reading, hear, look, stop } = makeView();
    view.isSeen = false;
    hear(changed('a'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
    view.isSeen = true;
    look();
    await vi.advanceTimersByTimeAsync(400);
    expect(told).toEqual(['a']);
    hear(changed('b'));
    stop();
    reading[0]?.resolve();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['a']);
  });
});
