import type { Quota } from '../../contract/quota.ts';
import {
  type CountedFailures,
  type FailureKind,
  type FailureSource,
  type Failures,
  failureWindowMs,
} from '../../domain/access/failedCredentials.ts';
import type { Logger } from '../log.ts';
import { guessLog } from './guessLog.ts';
import { Windows } from './windows.ts';

/** How wrong keys are limited. */
export interface WrongKeyLimits {
  /** How many of one source are answered as what they are until their minute is over. @default 20 */
  max?: number;
  /** How many sources are known at once. @default 5000 */
  maxSources?: number;
}

/** Counts wrong keys, says which are too many, and logs where they come from. */
export interface WrongKeys {
  /** The limit that wrong keys of these sources have reached, the one that lasts longest; undefined where none has. */
  reached(sources: readonly FailureSource[]): Quota | undefined;
  /** Counts what is limited though it is no wrong key: a sign-in that begins. */
  count(sources: readonly FailureSource[]): void;
  /** Notes that a request was refused for its key. */
  note(sources: readonly FailureSource[], request: { address: string | undefined; path: string }): void;
}

/** Counts failures for all servers of a database together, and gives their counts. */
export type ShareFailures = (failures: Failures[]) => Promise<CountedFailures[]>;

/** So many sources are counted with one statement. */
const maxTogether = 500;

/** So many times as many sign-ins may begin as keys may be wrong: whole offices have one address, and sign in at nine. */
const startsPerFailure = 6;

/**
 * Counts wrong keys by where they come from. This process knows at once what it has counted itself; what the others have,
 * it learns from each statement that shares its own counts, of which one is under way at a time. A source that is over its
 * limit is not counted on, and costs no statement. Without an answer of the database this process's own counts decide.
 */
export function createWrongKeys(
  log: Pick<Logger, 'warn'>,
  share?: ShareFailures,
  { max = 20, maxSources = 5000 }: WrongKeyLimits = {},
): WrongKeys {
  const windows = new Windows({ ms: failureWindowMs, maxKeys: maxSources });
  const unshared = new Map<string, Failures>();
  const logGuess = guessLog(log);
  let isSharing = false;

  function reached(sources: readonly FailureSource[]): Quota | undefined {
    const full = sources
      .map(({ kind, source }) => ({ kind, window: windows.find(keyOf({ kind, source })) }))
      .filter(({ kind, window }) => window !== undefined && window.count >= maxOf(kind));
    const endsAt = Math.max(...full.map(({ window }) => window?.endsAt ?? 0));
    const [first] = full;
    if (first === undefined) return undefined;
    return {
      policy: first.kind === 'sign_in' ? 'sign-ins' : 'failed-credentials',
      limit: maxOf(first.kind),
      remaining: 0,
      windowSeconds: failureWindowMs / 1000,
      resetSeconds: Math.max(1, Math.ceil((endsAt - performance.now()) / 1000)),
    };
  }

  function maxOf(kind: FailureKind): number {
    return kind === 'sign_in' ? startsPerFailure * max : max;
  }

  function count(sources: readonly FailureSource[]): void {
    for (const source of sources) {
      const key = keyOf(source);
      if (windows.add(key) !== undefined && share !== undefined)
        unshared.set(key, { ...source, count: (unshared.get(key)?.count ?? 0) + 1 });
    }
    void shareCounts();
  }

  async function shareCounts(): Promise<void> {
    if (isSharing || share === undefined) return;
    isSharing = true;
    try {
      while (unshared.size > 0) {
        const entries = [...unshared].slice(0, maxTogether);
        for (const [key] of entries) unshared.delete(key);
        for (const counted of await share(entries.map(([, failures]) => failures))) learn(counted);
      }
    } catch {
      // What this process has counted itself still holds.
      unshared.clear();
    } finally {
      isSharing = false;
    }
  }

  function learn({ count: shared, endsInMs, ...source }: CountedFailures): void {
    const key = keyOf(source);
    const window = windows.find(key);
    const total = shared + (unshared.get(key)?.count ?? 0);
    if (window === undefined || total < window.count) return;
    window.count = total;
    window.endsAt = performance.now() + Math.min(endsInMs, failureWindowMs);
  }

  return {
    reached,
    count,
    note(sources, { address, path }) {
      logGuess(address, path);
      if (!reached(sources)) count(sources);
    },
  };
}

function keyOf({ kind, source }: FailureSource): string {
  return `${kind} ${source}`;
}
