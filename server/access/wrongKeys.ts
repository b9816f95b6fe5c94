import { growingPause } from '../../contract/growingPause.ts';
import type { Logger } from '../log.ts';
import { networkOf } from './network.ts';

/** How guessing is slowed. */
export interface WrongKeyLimits {
  /** How many wrong keys of an address are answered at once: a wrong setting is no attack. @default 5 */
  free?: number;
  /** Milliseconds that the next one waits for its answer; each further one twice as long. @default 50 */
  firstDelayMs?: number;
  /** The longest of these pauses. @default 5000 */
  maxDelayMs?: number;
  /** How many requests of one address may wait like this; while they do, its further guesses are not looked at. @default 20 */
  maxWaiting?: number;
  /** Milliseconds after which an address that sent no wrong key is forgotten. @default 600000 */
  forgetAfterMs?: number;
  /** How many addresses are remembered. @default 1000 */
  maxAddresses?: number;
  /** Milliseconds between two lines of the log about one address. @default 60000 */
  logEveryMs?: number;
}

/** Throttles callers who guess keys, and logs where they come from. */
export interface WrongKeys {
  /** Whether so many wrong keys of an address wait for their answers that no other of its keys is looked at. */
  isFull(address: string | undefined): boolean;
  /** Waits before a request with a wrong key is answered; undefined where it need not. */
  hold(address: string | undefined): Promise<void> | undefined;
  /** Notes that a request was refused for its key. */
  note(address: string | undefined, path: string): void;
}

interface Record {
  count: number;
  waiting: number;
  lastAt: number;
  loggedAt: number;
  unlogged: number;
}

/**
 * Counts wrong keys by the network that they come from. A right key does not wait, so that a guesser hardly holds up
 * others of an address that they share. What is kept is bounded, whoever knocks.
 */
export function slowWrongKeys(log: Pick<Logger, 'warn'>, limits: WrongKeyLimits = {}): WrongKeys {
  const { free = 5, firstDelayMs = 50, maxDelayMs = 5000, maxWaiting = 20 } = limits;
  const { forgetAfterMs = 600_000, maxAddresses = 1000, logEveryMs = 60_000 } = limits;
  const records = new Map<string, Record>();

  function find(network: string): Record | undefined {
    const record = records.get(network);
    if (record === undefined || Date.now() - record.lastAt <= forgetAfterMs || record.waiting > 0)
      return record;
    records.delete(network);
    return undefined;
  }

  function begin(network: string): Record {
    const known = find(network);
    // The one that was quiet for longest stands first.
    records.delete(network);
    if (records.size >= maxAddresses) records.delete(records.keys().next().value ?? '');
    const record = known ?? {
      count: 0,
      waiting: 0,
      lastAt: 0,
      loggedAt: Number.NEGATIVE_INFINITY,
      unlogged: 0,
    };
    records.set(network, record);
    return record;
  }

  return {
    isFull: (address) => (find(networkOf(address))?.waiting ?? 0) >= maxWaiting,
    hold(address) {
      const record = find(networkOf(address));
      if (record === undefined || record.count < free) return undefined;
      record.waiting += 1;
      const delayMs = growingPause({ firstMs: firstDelayMs, longestMs: maxDelayMs }, record.count - free);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          record.waiting -= 1;
          resolve();
        }, delayMs);
        timer.unref();
      });
    },
    note(address, path) {
      const network = networkOf(address);
      const record = begin(network);
      const now = Date.now();
      record.count += 1;
      record.lastAt = now;
      record.unlogged += 1;
      if (now - record.loggedAt < logEveryMs) return;
      log.warn({ from: address, path, count: record.unlogged }, 'A request had a wrong key');
      record.loggedAt = now;
      record.unlogged = 0;
    },
  };
}
