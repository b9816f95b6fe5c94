import { setTimeout as wait } from 'node:timers/promises';
import type { ApiUnreachableError } from '../../client/index.ts';
import { growingPause } from '../../contract/growingPause.ts';
import type { WorkerEvent } from './events.ts';

/** Whether the server can be reached, told once for all that a worker does at the same time. */
export interface Reach {
  /** Tells that the server is away, unless it is known, and waits before the next try, longer each time. */
  pause(error: ApiUnreachableError, signal: AbortSignal): Promise<void>;
  /** The server has answered. */
  answered(): void;
}

/** Begins with a server that can be reached. */
export function createReach(observe: (event: WorkerEvent) => void): Reach {
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

// A lease that still holds when the server is back should not lapse while the worker waits.
const longestMs = 5000;
