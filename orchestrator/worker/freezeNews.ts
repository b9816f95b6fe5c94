import type { Freeze } from '../../contract/freeze.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** What a worker has heard of a freeze of its server: one state for all its slots. */
export interface FreezeNews {
  /** Whether the server is frozen, as far as it is known. */
  isFrozen(): boolean;
  /** Takes what an answer says, and reports each freeze and its end once. */
  heard(freeze: Freeze | null | undefined): void;
}

/** Starts as not frozen. */
export function trackFreeze(observe: WorkerOptions['observe']): FreezeNews {
  let known: Freeze | null = null;
  return {
    isFrozen: () => known !== null,
    heard(freeze = null) {
      if (freeze !== null && freeze.since !== known?.since) observe({ type: 'frozen', freeze });
      else if (freeze === null && known !== null) observe({ type: 'thawed' });
      known = freeze;
    },
  };
}
