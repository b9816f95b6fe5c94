import { afterEach, describe, expect, it } from 'vitest';
import { guarded } from '../../contract/guarded.ts';
import { TaskChangesHub } from '../../domain/changes/changes.ts';
import { joinReplicas } from '../../domain/changes/replicas.ts';
import { WorkSignal } from '../../domain/changes/workSignal.ts';
import type { Store } from '../../domain/store.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { createLog } from '../../server/log.ts';
import { startDeliverer } from '../../server/notifications/deliverer.ts';
import { watchPulls } from '../../server/pulls/watch.ts';
import { repeatedly } from '../../server/repeatedly.ts';
import { startSweeper } from '../../server/sweeper.ts';

/** What would end a process that has no test around it. */
const ends: unknown[] = [];
const note = (error: unknown) => void ends.push(error);
process.on('unhandledRejection', note);
process.on('uncaughtExceptionMonitor', note);
afterEach(() => expect(ends.splice(0)).toEqual([]));

/** How a database can fail: as it is asked, later, or with something that is no error. */
const failures: [how: string, fail: () => never | Promise<never>][] = [
  [
    'as it is asked',
    () => {
      throw new TypeError('it is broken');
    },
  ],
  ['later', () => Promise.reject(new Error('it is gone'))],
  ['with something that is no error', () => Promise.reject(undefined)],
];

/** A store whose database fails whatever it is asked, and a log that resolves with each number of lines. */
function broken(fail: () => unknown) {
  const lines: string[] = [];
  let waiting: { count: number; resolve: () => void } | undefined;
  const log = createLog('warn', {
    write(line) {
      lines.push(line);
      if (waiting && lines.length >= waiting.count) waiting.resolve();
    },
  });
  const db = {
    kind: 'postgres',
    query: fail,
    transaction: fail,
    listen: async () => ({ stop: async () => undefined }),
  };
  const store = {
    db,
    changes: new TaskChangesHub(),
    work: new WorkSignal(),
    queue: fail,
    leaseMs: 1,
    channels: [{ name: 'slack' }],
  } as unknown as Store;
  const logged = (count: number) =>
    new Promise<void>((resolve) => {
      waiting = { count, resolve };
      if (lines.length >= count) resolve();
    });
  return { store, log, logged };
}

describe.each(failures)('While the database fails %s', (_how, fail) => {
  it('what looks again and again says so in the log and goes on', async () => {
    const { store, log, logged } = broken(fail);
    const sweeper = startSweeper(store, { reportLimitMs: 1, digest: { hour: 7, minute: 0 } as never }, log);
    const pulls = watchPulls(store, { github: undefined, users: new Map(), checkEveryMs: 1, tickMs: 1, log });
    const deliverer = startDeliverer(store, async () => ({ accepted: true }), log, {
      timeoutMs: 10,
      claimMs: 10,
      lookEveryMs: 1,
      stopWithinMs: 1,
    });
    await logged(40);
    await Promise.all([sweeper.stop(), pulls.stop(), deliverer.stop()]);
  });

  it('what tells other replicas says so and tells them later', async () => {
    const { store } = broken(fail);
    const told = Promise.withResolvers<void>();
    let faults = 0;
    const replicas = await joinReplicas(store, () => {
      faults += 1;
      if (faults === 3) told.resolve();
    });
    store.changes.publish({ id: 1, runId: 'a' } as Task);
    store.work.wake([{ scope: 'x', labels: [], count: 1 }]);
    await told.promise;
    await replicas.stop();
  });
});

describe('Work that is done again and again', () => {
  it('goes on after it has thrown, and tells of it', async () => {
    const faults: unknown[] = [];
    const third = Promise.withResolvers<void>();
    let times = 0;
    const work = repeatedly(
      () => {
        times += 1;
        if (times >= 3) third.resolve();
        throw new Error(`time ${times}`);
      },
      1,
      (error) => faults.push(error),
    );
    await third.promise;
    await work.stop();
    expect(faults.length).toBe(times);
  });
});

describe('A listener that fails', () => {
  it('keeps nobody else from hearing of a change, nor fails who has made it', () => {
    const changes = new TaskChangesHub();
    const faults: unknown[] = [];
    const heard: number[] = [];
    changes.onFault = (error) => faults.push(error);
    changes.subscribe(() => {
      throw new Error('no');
    });
    changes.subscribe(({ id }) => heard.push(id));
    changes.onEvent = () => {
      throw new Error('no');
    };
    changes.publish({ id: 1, runId: 'a' } as Task);
    expect(heard).toEqual([1]);
    expect(faults).toHaveLength(2);
  });

  it('tells of what it throws at once and of what it rejects later', async () => {
    const faults: unknown[] = [];
    guarded(
      () => {
        throw new Error('now');
      },
      (error) => faults.push(error),
    )();
    await new Promise<void>((resolve) =>
      guarded(
        () => Promise.reject(new Error('later')),
        (error) => resolve(void faults.push(error)),
      )(),
    );
    expect(faults).toEqual([new Error('now'), new Error('later')]);
  });
});
