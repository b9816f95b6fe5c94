/** How many changed tasks a slow reader may have unread before it is told to start again. */
const maxUnread = 10_000;

type Result = IteratorResult<number, undefined>;

/**
 * The tasks of a run that changed, as one reader has yet to hear of them, each once. No generator: ending one that waits
 * for its next value would wait for that value.
 */
export class RunWatch implements AsyncIterableIterator<number> {
  readonly #forget: () => void;
  readonly #free: () => void;
  readonly #unread = new Set<number>();
  #waiting: ((result: Result) => void)[] = [];
  #isTooSlow = false;
  #over = false;

  /** `forget` is called when it has no use for further changes, `free` when its reader is gone or was told to go. */
  constructor(forget: () => void, free: () => void) {
    this.#forget = forget;
    this.#free = free;
  }

  /** Takes note that a task has changed. */
  push(taskId: number): void {
    if (this.#over || this.#isTooSlow) return;
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting({ done: false, value: taskId });
      return;
    }
    this.#unread.add(taskId);
    if (this.#unread.size <= maxUnread) return;
    this.#isTooSlow = true;
    this.#unread.clear();
    this.#forget();
  }

  /** Ends it for good. */
  end(): void {
    this.#over = true;
    this.#unread.clear();
    this.#forget();
    this.#free();
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  async next(): Promise<Result> {
    if (this.#isTooSlow && !this.#over) {
      this.end();
      throw new Error('The subscriber is too slow. Read the run again and resubscribe.');
    }
    for (const taskId of this.#unread) {
      this.#unread.delete(taskId);
      return { done: false, value: taskId };
    }
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
