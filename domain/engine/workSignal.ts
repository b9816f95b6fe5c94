/** The channel on which the replicas tell each other that a job was put into a queue. */
export const workChannel = 'nightshift_work';

/** Wakes those in this process who wait for work. */
export class WorkSignal {
  #waiting = new Set<() => void>();

  /** Lets everybody who waits look again. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
  }

  /** Resolves at the next wake, or after some milliseconds. */
  next(afterMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, afterMs));
      this.#waiting.add(done);
    });
  }
}
