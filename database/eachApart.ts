import { DatabaseUnavailableError } from './errors.ts';
import type { TransactionOptions } from './transaction.ts';
import { isLockTimeout } from './transaction.ts';

/** A sweep waits so long for a row that another transaction holds: the next one comes soon. */
export const briefly: TransactionOptions = { lockTimeoutMs: 1000 };

/**
 * Does work for each of some items, each in a transaction of its own: one that fails keeps none of the others from it. Of
 * a run whose rows somebody holds, the rest is left for the next time, so that it is waited for once.
 * @throws the first failure, after all; a database that is away, at once
 */
export async function eachApart<T extends { runId: string }>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const held = new Set<string>();
  for (const item of items) {
    if (held.has(item.runId)) continue;
    try {
      await work(item);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      if (isLockTimeout(error)) held.add(item.runId);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
