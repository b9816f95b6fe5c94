import { Stopped } from './context.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that a signal ends in good order: the first aborts `signal` with the signal's name as its reason, the
 * second ends the process at once, as it would have without us.
 * @throws Stopped when the signal broke off what it waited for
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onFirst: (name: string) => void,
): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  const handle = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (performance.now() - first > echoMs) process.exit(128 + (numbers[name] ?? 1));
      return;
    }
    first = performance.now();
    onFirst(name);
    controller.abort(name);
  };
  for (const name of signals) process.on(name, handle);
  try {
    return await work(controller.signal);
  } catch (error) {
    const by: unknown = controller.signal.reason;
    if (!controller.signal.aborted || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new Stopped(`Stopped by ${by}.`, 128 + (numbers[by as NodeJS.Signals] ?? 1));
  } finally {
    for (const name of signals) process.removeListener(name, handle);
  }
}

/** How long a command may go on whose server has stopped by itself. */
const lastMillis = 60_000;

/**
 * Ends what a signal ends also with the server of this process, once that has stopped by itself. A command that still waits
 * for something a minute later is ended as it is.
 */
export function orOutdated(signal: AbortSignal, outdated: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const end = () => {
    ended.abort('the end of its server');
    setTimeout(() => {
      console.error(`error: ${outdated.reason instanceof Error ? outdated.reason.message : outdated.reason}`);
      process.exit(1);
    }, lastMillis).unref();
  };
  if (outdated.aborted) end();
  else outdated.addEventListener('abort', end, { once: true });
  return AbortSignal.any([signal, ended.signal]);
}

/**
 * Does something that a signal ends at once and with the process, such as the start of a server: until that is over there
 * is nothing to end in good order.
 */
export async function endingAtOnce<T>(work: () => Promise<T>): Promise<T> {
  const end = (name: NodeJS.Signals) => process.exit(128 + (numbers[name] ?? 1));
  for (const name of signals) process.prependListener(name, end);
  try {
    return await work();
  } finally {
    for (const name of signals) process.removeListener(name, end);
  }
}

/**
 * Waits for something that a person may break off with Ctrl-C; then it gives the exit code of the signal instead. What
 * follows comes to its end: another signal at once is the echo of the first.
 */
export async function untilSignal<T>(
  work: Promise<T>,
): Promise<{ value: T; exitCode?: undefined } | { value?: undefined; exitCode: number }> {
  const { promise: signalled, resolve } = Promise.withResolvers<{ exitCode: number }>();
  const handle = (name: NodeJS.Signals) => resolve({ exitCode: 128 + (numbers[name] ?? 1) });
  for (const name of signals) process.on(name, handle);
  const result = await Promise.race([work.then((value) => ({ value })), signalled]);
  if (!('exitCode' in result)) for (const name of signals) process.removeListener(name, handle);
  return result;
}

// npm passes on a signal that the terminal has sent to its child as well; that is not a second one.
const echoMs = 1500;

const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
