import { setTimeout as wait } from 'node:timers/promises';
import type { ApiUnreachableError } from '../../client/index.ts';
import { growingPause } from '../../contract/growingPause.ts';
import type { WorkerEvent } from './events.ts';

/** Whether the server can be reached: one state for everything that a worker does at the same time. */
export interface ServerAvailability {
  /** Reports once that the server is away, and waits before the next attempt, longer each time. */
  pause(error: ApiUnreachableError, signal: AbortSignal): Promise<void>;
  /** The server has answered. */
  answered(): void;
}

/** Starts as reachable. */
export function trackAvailability(observe: (event: WorkerEvent) => void): ServerAvailability {
  let failures = 0;
  return {
    async pause(error, signal) {
      if (failures === 0) observe({ type: 'away', why: error.message });
      const pauseMs = growingPause({ firstMs: 500, longestMs }, failures);
      failures++;
      await wait(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    },
    answered() {
      if (failures > 0) observe({ type: 'back' });
      failures = 0;
    },
  };
}

// A lease that still holds when the server is back should not expire while the worker waits.
const longestMs = 5000;
