import { vi } from 'vitest';
import { waitLimitMs } from './hangLimit.ts';

/** Calls a check until it throws no more, and gives what it gave; it throws the last failure when that never comes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: waitLimitMs, interval: 20 });
}
