/** Work that is done again and again, and at once when somebody wakes it; never twice at the same time. */
export interface Repeated {
  /** Does it soon, once more if it is under way. */
  wake(): void;
  /** Does it no more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Begins to do work every so many milliseconds; whatever goes wrong with it goes to `onFault`, and the next time comes. */
export function repeatedly(
  work: () => Promise<void>,
  everyMs: number,
  onFault: (error: unknown) => void,
): Repeated {
  let running: Promise<void> | undefined;
  let again = false;
  let over = false;
  const run = async () => {
    do {
      again = false;
      try {
        // Not at once, so that work which throws before it waits for anything ends after it is known to run.
        await Promise.resolve().then(work);
      } catch (error) {
        onFault(error);
      }
    } while (again && !over);
    running = undefined;
  };
  const wake = () => {
    if (over) return;
    if (running) again = true;
    else running = run();
  };
  const timer = setInterval(() => {
    if (!running) wake();
  }, everyMs);
  timer.unref();
  return {
    wake,
    async stop() {
      over = true;
      clearInterval(timer);
      await running;
    },
  };
}
