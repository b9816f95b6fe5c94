import type { Task } from './task.ts';

/** How many unread changes a slow listener may have before it is told to start again. */
const maxUnread = 1000;

/** Tells listeners in this process of tasks that were created or changed, after the change was committed. */
export class TaskChangesHub {
  readonly #listeners = new Set<(task: Task) => void>();

  /** Tells every listener of a committed change. */
  publish(task: Task): void {
    for (const listener of this.#listeners) listener(task);
  }

  /** Yields every change of a run's tasks from now on, until the reader stops or falls too far behind. */
  async *watchRun(runId: string): AsyncGenerator<Task, void, undefined> {
    const unread: Task[] = [];
    let wake: () => void = () => {};
    const listener = (task: Task) => {
      if (task.runId !== runId) return;
      unread.push(task);
      wake();
    };
    this.#listeners.add(listener);
    try {
      for (;;) {
        if (unread.length > maxUnread)
          throw new Error('The listener is too slow; read the run again and resubscribe.');
        const task = unread.shift();
        if (task) yield task;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** How many listeners there are, for tests and metrics. */
  get size(): number {
    return this.#listeners.size;
  }
}
