import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, ApiUnreachableError } from '../../client/index.ts';
import { growingPause } from '../../contract/growingPause.ts';
import type { WorkerEvent } from './events.ts';

/** Whether the server can be reached and takes the key: one state for everything that a worker does at the same time. */
export interface ServerAvailability {
  /**
   * Reports once that the server is away, or takes the key no more, and waits before the next attempt, longer each time;
   * false at once where an error is none that may pass.
   */
  pause(error: unknown, signal: AbortSignal): Promise<boolean>;
  /** The server has answered. */
  answered(): void;
}

/** Starts as reachable. A refused key is waited for where it may become another, and was one that the server had taken. */
export function trackAvailability(
  observe: (event: WorkerEvent) => void,
  { keyMayChange = false } = {},
): ServerAvailability {
  let [failures, refusals] = [0, 0];
  let wasTaken = false;
  const isKeyOver = (error: unknown): error is ApiError =>
    keyMayChange && wasTaken && error instanceof ApiError && codesOfKeys.has(error.code);
  return {
    async pause(error, signal) {
      if (isKeyOver(error)) {
        if (refusals === 0) observe({ type: 'keyRefused', why: error.message });
        await waitAbout(growingPause({ firstMs, longestMs: longestForKeyMs }, refusals++), signal);
        return true;
      }
      if (!(error instanceof ApiUnreachableError)) return false;
      if (failures === 0) observe({ type: 'away', why: error.message });
      await waitAbout(growingPause({ firstMs, longestMs }, failures++), signal);
      return true;
    },
    answered() {
      if (failures > 0) observe({ type: 'back' });
      if (refusals > 0) observe({ type: 'keyTaken' });
      [failures, refusals] = [0, 0];
      wasTaken = true;
    },
  };
}

async function waitAbout(pauseMs: number, signal: AbortSignal): Promise<void> {
  await wait(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
}

const firstMs = 500;

// A lease that still holds when the server is back should not expire while the worker waits.
const longestMs = 5000;

// Somebody has to make another key.
const longestForKeyMs = 60_000;

/** The codes of errors that another key may mend. */
const codesOfKeys = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_WRONG_KEYS']);
