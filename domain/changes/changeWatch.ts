/** What one reader is told at once. */
export interface ChangedTasks {
  /** Whether changes before these may have been missed, as they were when it began to read. */
  hasGap: boolean;
  /** The numbers of tasks that changed. */
  taskIds: number[];
}

/** How many changed tasks a slow reader may have unread before it is told only that there was a gap. */
const maxUnread = 10_000;
/** How many changed tasks are told at once. */
const maxTogether = 250;

type Result = IteratorResult<ChangedTasks, undefined>;

/**
 * The tasks that changed, of whatever run, as one reader has yet to hear of them, each once. It begins with a gap, since
 * nobody knows what the reader has seen; where it reads too slowly there is another one. No generator: ending one that
 * waits for its next value would wait for that value.
 */
export class ChangeWatch implements AsyncIterableIterator<ChangedTasks> {
  readonly #forget: () => void;
  readonly #unread = new Set<number>();
  #waiting: ((result: Result) => void)[] = [];
  #hasGap = true;
  #over = false;

  /** `forget` is called when its reader is gone or was told to go. */
  constructor(forget: () => void) {
    this.#forget = forget;
  }

  /** Takes note that tasks have changed. */
  push(taskIds: Iterable<number>): void {
    if (this.#over) return;
    for (const id of taskIds) this.#unread.add(id);
    if (this.#unread.size > maxUnread) this.gap();
    else this.#serve();
  }

  /** Takes note that changes may have been missed: whoever reads everything again needs none of those before. */
  gap(): void {
    if (this.#over) return;
    this.#hasGap = true;
    this.#unread.clear();
    this.#serve();
  }

  /** Ends it for good. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#unread.clear();
    this.#forget();
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  async next(): Promise<Result> {
    if (this.#over) return { done: true, value: undefined };
    if (this.#waiting.length === 0 && this.#hasNews) return { done: false, value: this.#take() };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<Result> {
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #hasNews(): boolean {
    return this.#hasGap || this.#unread.size > 0;
  }

  #serve(): void {
    while (this.#hasNews) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      waiting({ done: false, value: this.#take() });
    }
  }

  #take(): ChangedTasks {
    const taskIds = [...this.#unread.values().take(maxTogether)];
    for (const id of taskIds) this.#unread.delete(id);
    const hasGap = this.#hasGap;
    this.#hasGap = false;
    return { hasGap, taskIds };
  }
}
