import { guarded } from '../../contract/guarded.ts';
import { type Bound, HeldLimits } from '../input/heldLimits.ts';
import { callerKey, type Viewer } from '../input/viewer.ts';
import type { Task } from '../tasks/task.ts';
import type { ChangedTasks } from './changeWatch.ts';
import { ChangeWatches } from './changeWatches.ts';
import type { TaskEvent } from './events.ts';
import { RunWatch } from './runWatch.ts';

/** A task by its number, and the run that it belongs to: all that is kept of a change. */
export type TaskOfRun = Pick<Task, 'id' | 'runId'>;

/** How many streams of changes may be open at once. */
export interface StreamLimits {
  /** Of one caller who is known or holds a key; of all without one in a network half as many. */
  each: number;
  all: number;
}

/** Who opens a stream. */
export type Watcher = Pick<Viewer, 'id' | 'kind' | 'address'>;

/**
 * Tells listeners of tasks that were created or changed, after the change was committed. It keeps numbers, never rows:
 * whoever hears of a change reads the task as it is then.
 */
export class TaskChangesHub {
  readonly #watches = new Map<string, Set<RunWatch>>();
  readonly #everything = new ChangeWatches();
  readonly #limits: StreamLimits;
  readonly #held = new HeldLimits();
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #subscribers = new Set<(task: Task) => void>();
  #size = 0;
  #over = false;
  /** Told of each change that was made in this process, for the other processes. */
  onPublish: ((task: Task) => void) | undefined;

  /** Told that changes of this process may have been missed, for the other processes. */
  onGap: (() => void) | undefined;

  /** Told of what happened to a task with each change that was made in this process. */
  onEvent: ((event: TaskEvent, task: Task) => void) | undefined;

  /** Called with what goes wrong in a listener; whoever made the change is not to blame. */
  onFault: ((error: unknown) => void) | undefined;

  constructor(limits: StreamLimits = { each: 200, all: 1500 }) {
    this.#limits = limits;
  }

  /** Tells every listener of a committed change, in every process. */
  publish(task: Task, event: TaskEvent = 'updated'): void {
    for (const subscriber of this.#subscribers) this.#tell(() => subscriber(task));
    this.publishHere(task);
    this.#tell(() => this.onPublish?.(task));
    this.#tell(() => this.onEvent?.(event, task));
  }

  #tell(listener: () => void): void {
    guarded(listener, (error) => this.onFault?.(error))();
  }

  /** Tells those who watch everything, in every process, that rows changed of which nobody is told one by one. */
  publishGap(): void {
    this.gapHere();
    this.#tell(() => this.onGap?.());
  }

  /** Tells those who watch everything in this process that they may have missed changes. */
  gapHere(): void {
    this.#everything.gap();
  }

  /** Tells those who watch or wait for a task in this process of a committed change. */
  publishHere({ id, runId }: TaskOfRun): void {
    for (const watch of this.#watches.get(runId) ?? []) watch.push(id);
    for (const done of this.#waiting.get(id) ?? []) done();
    this.#everything.add(id);
  }

  /** Tells of every change that this process makes, until the function that it gives is called. */
  subscribe(subscriber: (task: Task) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
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
    return { runIds: [...this.#watches.keys()], taskIds: [...this.#waiting.keys()] };
  }

  /**
   * Yields the number of each task of a run that changes from this call on, until the reader stops or falls too far
   * behind; a task that changes again before it was read comes once. `watcher` says who reads: its place is held until
   * the reader has stopped.
   * @throws TooManyError, BusyError
   */
  watchRun(runId: string, watcher: Watcher = nobody): AsyncIterableIterator<number> {
    const free = this.#held.take(boundsOf(watcher, this.#limits));
    const watches = this.#watches.get(runId) ?? new Set();
    this.#watches.set(runId, watches);
    const forget = () => {
      if (!watches.delete(watch)) return;
      this.#size -= 1;
      if (watches.size === 0) this.#watches.delete(runId);
    };
    const watch = new RunWatch(forget, free);
    watches.add(watch);
    this.#size += 1;
    return watch;
  }

  /**
   * Yields the numbers of tasks that change, of whatever run, until the reader stops; first, and whenever changes may have
   * been missed, it says so. Changes of a moment come together, those of one task once. The place of `watcher` is held
   * until the reader has stopped.
   * @throws TooManyError, BusyError
   */
  watchAll(watcher: Watcher = nobody): AsyncIterableIterator<ChangedTasks> {
    const free = this.#held.take(boundsOf(watcher, this.#limits));
    this.#size += 1;
    return this.#everything.open(() => {
      this.#size -= 1;
      free();
    });
  }

  /** Ends every watch, so that a server that stops leaves no reader waiting. */
  close(): void {
    this.#over = true;
    this.#everything.close();
    for (const watches of [...this.#watches.values()]) for (const watch of [...watches]) watch.end();
    for (const waiting of this.#waiting.values()) for (const done of waiting) done();
  }

  /** How many listeners there are, for tests and metrics. */
  get size(): number {
    return this.#size;
  }
}

const nobody: Watcher = { id: 'anonymous', kind: 'anonymous' };

function boundsOf(watcher: Watcher, { each, all }: StreamLimits): Bound[] {
  const max = watcher.kind === 'anonymous' ? Math.ceil(each / 2) : each;
  return [
    {
      key: `of ${callerKey(watcher)}`,
      max,
      policy: 'streams',
      refusal: `You already have ${max} open streams. Close one of them, then try again.`,
    },
    {
      key: 'all',
      max: all,
      refusal: `The server has reached its limit of ${all} open streams. Try again later, or poll the run instead.`,
    },
  ];
}
