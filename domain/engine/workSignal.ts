/** Wakes those in this process who wait for work. */
export class WorkSignal {
  readonly #waiting = new Set<() => void>();
  #over = false;
  /** Told of each wake that began in this process, for the other processes. */
  onWake: (() => void) | undefined;

  /** Lets everybody who waits look again, in every process. */
  wake(): void {
    this.wakeHere();
    this.onWake?.();
  }

  /** Lets everybody in this process who waits look again. */
  wakeHere(): void {
    for (const resolve of this.#waiting) resolve();
  }

  /** Ends every wait for good, so that a process that stops holds nobody up. */
  close(): void {
    this.#over = true;
    this.wakeHere();
  }

  /** Whether nobody should wait any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Resolves at the next wake, or after some milliseconds, or when the signal says so. */
  next(afterMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#over || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, afterMs));
      signal?.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }
}
