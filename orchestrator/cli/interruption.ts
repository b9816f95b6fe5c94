const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that a signal ends in good order: the first aborts `signal` with the signal's name as its reason, the
 * second ends the process at once, as it would have without us.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onFirst: (name: string) => void,
): Promise<T> {
  const controller = new AbortController();
  const handle = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(128 + (numbers[name] ?? 1));
    onFirst(name);
    controller.abort(name);
  };
  for (const name of signals) process.on(name, handle);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.removeListener(name, handle);
  }
}

const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
