import { availableParallelism } from 'node:os';
import { succeeds } from '../waits/processes.ts';

/** Asked before this process gives one away. */
const processors = availableParallelism();
let separable: boolean | undefined;

/** The start of a command line that gives a process the first processor; empty where that cannot be done. */
export function onFirstProcessor(): string[] {
  separable ??= processors > 1 && succeeds('taskset', ['-c', '0', 'true']);
  return separable ? ['taskset', '-c', '0'] : [];
}

/** The start of a command line that gives a process all processors, though its parent left one to others. */
export function onAllProcessors(): string[] {
  return onFirstProcessor().length === 0 ? [] : ['taskset', '-c', `0-${processors - 1}`];
}

/**
 * Leaves the first processor to the servers that are measured: this process, and the database that it starts, use
 * the others.
 */
export function leaveFirstProcessor(): void {
  if (onFirstProcessor().length === 0) return;
  succeeds('taskset', ['-acp', `1-${processors - 1}`, String(process.pid)]);
}
