import type { Task } from './task.ts';

/** How many unread changes a slow listener may have before it is told to start again. */
const maxUnread = 1000;

/** Tells listeners in this process of tasks that were created or changed, after the change was committed. */
export class TaskChangesHub {
  readonly #watches = new Set<RunWatch>();

  /** Tells every listener of a committed change. */
  publish(task: Task): void {
    for (const watch of this.#watches) watch.push(task);
  }

  /** Yields every change of a run's tasks from this call on, until the reader stops or falls too far behind. */
  watchRun(runId: string): AsyncIterableIterator<Task> {
    const watch = new RunWatch(runId, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** Ends every watch, so that a server that stops leaves no reader waiting. */
  close(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** How many listeners there are, for tests and metrics. */
  get size(): number {
    return this.#watches.size;
  }
}

type Result = IteratorResult<Task, undefined>;

/** One reader's changes. No generator: ending one that waits for its next value would wait for that value. */
class RunWatch implements AsyncIterableIterator<Task> {
  readonly #runId: string;
  readonly #forget: () => void;
  readonly #unread: Task[] = [];
  #waiting: ((result: Result) => void)[] = [];
  #over = false;

  constructor(runId: string, forget: () => void) {
    this.#runId = runId;
    this.#forget = forget;
  }

  push(task: Task): void {
    if (task.runId !== this.#runId || this.#over) return;
    const waiting = this.#waiting.shift();
    if (waiting) waiting({ done: false, value: task });
    else if (this.#unread.push(task) > maxUnread) this.#forget();
  }

  end(): void {
    this.#over = true;
    this.#unread.length = 0;
    this.#forget();
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  async next(): Promise<Result> {
    if (this.#unread.length > maxUnread) {
      this.end();
      throw new Error('The listener is too slow; read the run again and resubscribe.');
    }
    const task = this.#unread.shift();
    if (task) return { done: false, value: task };
    if (this.#over) return { done: true, value: undefined };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<Result> {
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
