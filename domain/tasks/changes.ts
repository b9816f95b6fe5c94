import { guarded } from '../../contract/guarded.ts';
import type { TaskEvent } from './events.ts';
import type { Task } from './task.ts';

/** How many unread changes a slow listener may have before it is told to start again. */
const maxUnread = 1000;

/** Tells listeners of tasks that were created or changed, after the change was committed. */
export class TaskChangesHub {
  readonly #watches = new Set<RunWatch>();
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #hearers = new Set<(task: Task) => void>();
  #over = false;
  /** Told of each change that was made in this process, for the other processes. */
  onPublish: ((task: Task) => void) | undefined;

  /** Told of what happened to a task with each change that was made in this process. */
  onEvent: ((event: TaskEvent, task: Task) => void) | undefined;

  /** Told of what goes wrong in a listener, which is no fault of whoever has made the change. */
  onFault: ((error: unknown) => void) | undefined;

  /** Tells every listener of a committed change, in every process. */
  publish(task: Task, event: TaskEvent = 'updated'): void {
    this.publishHere(task);
    this.#tell(() => this.onPublish?.(task));
    this.#tell(() => this.onEvent?.(event, task));
  }

  /** Tells the listeners in this process of a committed change. */
  publishHere(task: Task): void {
    for (const hear of this.#hearers) this.#tell(() => hear(task));
    for (const watch of this.#watches) watch.push(task);
    for (const done of this.#waiting.get(task.id) ?? []) done();
  }

  #tell(listener: () => void): void {
    guarded(listener, (error) => this.onFault?.(error))();
  }

  /** Tells of every change that this process hears of, until the function that it gives is called. */
  hear(hearer: (task: Task) => void): () => void {
    this.#hearers.add(hearer);
    return () => void this.#hearers.delete(hearer);
  }

  /** Resolves at the next change of a task, or after some milliseconds, or when the signal says so. */
  next(taskId: number, afterMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#over || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(taskId) ?? new Set();
      this.#waiting.set(taskId, waiting);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(taskId);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, afterMs));
      signal?.addEventListener('abort', done, { once: true });
      waiting.add(done);
    });
  }

  /** The runs that somebody in this process watches, and the tasks that somebody waits for. */
  interests(): { runIds: string[]; taskIds: number[] } {
    return {
      runIds: [...new Set([...this.#watches].map(({ runId }) => runId))],
      taskIds: [...this.#waiting.keys()],
    };
  }

  /** Yields every change of a run's tasks from this call on, until the reader stops or falls too far behind. */
  watchRun(runId: string): AsyncIterableIterator<Task> {
    const watch = new RunWatch(runId, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** Ends every watch, so that a server that stops leaves no reader waiting. */
  close(): void {
    this.#over = true;
    for (const watch of this.#watches) watch.end();
    for (const waiting of this.#waiting.values()) for (const done of waiting) done();
  }

  /** How many listeners there are, for tests and metrics. */
  get size(): number {
    return this.#watches.size;
  }
}

type Result = IteratorResult<Task, undefined>;

/** One reader's changes. No generator: ending one that waits for its next value would wait for that value. */
class RunWatch implements AsyncIterableIterator<Task> {
  readonly runId: string;
  readonly #forget: () => void;
  readonly #unread: Task[] = [];
  #waiting: ((result: Result) => void)[] = [];
  #over = false;

  constructor(runId: string, forget: () => void) {
    this.runId = runId;
    this.#forget = forget;
  }

  push(task: Task): void {
    if (task.runId !== this.runId || this.#over) return;
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
