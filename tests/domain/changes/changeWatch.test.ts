import { afterEach, describe, expect, it } from 'vitest';
import { TaskChangesHub, type Watcher } from '../../../domain/changes/changes.ts';
import type { ChangedTasks } from '../../../domain/changes/changeWatch.ts';
import { TooManyError } from '../../../domain/input/errors.ts';
import type { Task } from '../../../domain/tasks/task.ts';

const ann: Watcher = { id: 'ann@example.org', kind: 'person' };

describe('A watch of everything', () => {
  const hubs: TaskChangesHub[] = [];
  afterEach(() => {
    for (const hub of hubs.splice(0)) hub.close();
  });
  const open = () => {
    const hub = new TaskChangesHub({ each: 2, all: 3 });
    hubs.push(hub);
    return hub;
  };
  const publish = (hub: TaskChangesHub, ...ids: number[]) => {
    for (const id of ids) hub.publish({ id, runId: `run-${id}` } as Task);
  };
  const next = async (watch: AsyncIterableIterator<ChangedTasks>) => (await watch.next()).value;

  it('begins with a gap and then tells the tasks of every run that change together, each once', async () => {
    const hub = open();
    const watch = hub.watchAll(ann);
    expect(await next(watch)).toEqual({ hasGap: true, taskIds: [] });
    publish(hub, 1, 2, 1, 1, 3);
    expect(await next(watch)).toEqual({ hasGap: false, taskIds: [1, 2, 3] });
    publish(hub, 2);
    publish(hub, 2);
    expect(await next(watch)).toEqual({ hasGap: false, taskIds: [2] });
  });

  it('tells a change that comes while its reader waits, and one that came before it asked', async () => {
    const hub = open();
    const watch = hub.watchAll(ann);
    await watch.next();
    const waiting = next(watch);
    publish(hub, 7);
    expect(await waiting).toEqual({ hasGap: false, taskIds: [7] });
  });

  it('tells a slow reader of a gap and of what came after, keeps no more than so many, and goes on', async () => {
    const hub = open();
    const [slow, quick] = [hub.watchAll(ann), hub.watchAll(ann)];
    await slow.next();
    await quick.next();
    const seen = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      publish(hub, ...Array.from({ length: 2000 }, (_, index) => round * 2000 + index));
      while (seen.size < (round + 1) * 2000)
        for (const id of (await next(quick))?.taskIds ?? []) seen.add(id);
    }
    const told: ChangedTasks[] = [];
    publish(hub, 99_999);
    while (!told.some(({ taskIds }) => taskIds.includes(99_999)))
      told.push((await next(slow)) as ChangedTasks);
    expect(told[0]?.hasGap).toBe(true);
    expect(told.slice(1).some(({ hasGap }) => hasGap)).toBe(false);
    expect(told.flatMap(({ taskIds }) => taskIds)).not.toContain(0);
    expect(Math.max(...told.map(({ taskIds }) => taskIds.length))).toBeLessThanOrEqual(250);
  });

  it('tells of a gap instead of more changes of a moment than can be kept', async () => {
    const hub = open();
    const watch = hub.watchAll(ann);
    await watch.next();
    publish(hub, ...Array.from({ length: 10_001 }, (_, id) => id));
    expect(await next(watch)).toEqual({ hasGap: true, taskIds: [] });
  });

  it('tells of a gap that was published, also the other processes', async () => {
    const hub = open();
    let isTold = false;
    hub.onGap = () => {
      isTold = true;
    };
    const watch = hub.watchAll(ann);
    await watch.next();
    hub.publishGap();
    expect(await next(watch)).toEqual({ hasGap: true, taskIds: [] });
    expect(isTold).toBe(true);
  });

  it('counts among the streams of its caller until it ends, by itself or with the server', async () => {
    const hub = open();
    const first = hub.watchAll(ann);
    hub.watchRun('r', ann);
    expect(() => hub.watchAll(ann)).toThrow(TooManyError);
    expect(hub.size).toBe(2);
    await first.return?.();
    await first.return?.();
    expect(hub.size).toBe(1);
    const second = hub.watchAll(ann);
    await second.next();
    const waiting = second.next();
    hub.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await second.next()).toEqual({ done: true, value: undefined });
    expect(hub.size).toBe(0);
  });
});
