import type { Store } from '../../domain/store.ts';
import { findTasks } from '../../domain/tasks/read.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { createBatch } from '../batch.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';
import { TaskType } from '../tasks/task.ts';
import { until } from './until.ts';

builder.subscriptionField('taskChanged', (t) =>
  t.field({
    type: TaskType,
    description:
      'Sends each task of a run when it is created or changed, in its new state. If changes follow each other closely, only the last is sent. To miss nothing, read the run after you subscribe. The server limits the open streams of each caller, and of all together.',
    authScopes: needs('watchRun'),
    args: {
      runId: t.arg.string({
        required: true,
        description: 'The run to watch. It does not need to exist yet.',
      }),
    },
    subscribe: (_root, { runId }, { store, viewer }) =>
      readEach(until(viewer.ended, store.changes.watchRun(runId, viewer)), loaderOf(store)),
    resolve(task, _args, { startOver }) {
      startOver();
      return task;
    },
  }),
);

const loaders = new WeakMap<Store['changes'], (taskId: number) => Promise<Task | null>>();

/** Reads tasks for all who watch: those who hear of one change read it with one statement. */
function loaderOf(store: Store): (taskId: number) => Promise<Task | null> {
  const known = loaders.get(store.changes);
  if (known !== undefined) return known;
  const load = createBatch((taskIds: number[]) => findTasks(store.db, taskIds));
  loaders.set(store.changes, load);
  return load;
}

/** Turns the numbers of changed tasks into the tasks; one that is gone is left out. */
function readEach(
  changed: AsyncIterableIterator<number>,
  load: (taskId: number) => Promise<Task | null>,
): AsyncIterableIterator<Task> {
  return {
    async next() {
      for (;;) {
        const { done, value } = await changed.next();
        if (done) return { done, value: undefined };
        const task = await load(value);
        if (task !== null) return { done: false, value: task };
      }
    },
    async return() {
      await changed.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
