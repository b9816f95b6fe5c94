import type { LookForDue } from '../changes/workSignal.ts';
import { HeldLimits } from '../input/heldLimits.ts';
import type { Store } from '../store.ts';
import { touchWaitingRuns } from './abandoned.ts';
import { signEveryMs } from './recordSweep.ts';
import { noteWaiting } from './workerLooks.ts';

/** How many requests for work may wait at once. */
const defaults = { ofWorker: 128, ofAddress: 1500 };

/** Where a request for work comes from. */
export interface Asker {
  worker: string;
  viewer: string;
  address: string | undefined;
}

const limits = new WeakMap<Store['work'], HeldLimits>();

/**
 * Counts one request that waits for work; the function that it gives frees it. A fleet may share one key,
 * so the bounds are for each worker by its name and address, and for each address. @throws TooManyError
 */
export function takeWaitingSlot(
  { work, maxWaiting = defaults.ofAddress }: Pick<Store, 'work' | 'maxWaiting'>,
  { worker, viewer, address }: Asker,
): () => void {
  const own = limits.get(work) ?? new HeldLimits();
  limits.set(work, own);
  const where = address === undefined ? '' : ` from ${address}`;
  return own.take([
    {
      key: JSON.stringify([viewer, address, worker]),
      max: defaults.ofWorker,
      policy: 'waiting-of-worker',
      refusal: `Worker ${worker}${where} already has ${defaults.ofWorker} requests waiting for work. Give each worker its own name (--name), or lower --concurrency.`,
    },
    {
      key: JSON.stringify([viewer, address]),
      max: maxWaiting,
      policy: 'waiting',
      refusal: `${maxWaiting} requests${where} are already waiting for work. Run fewer workers at that address, or raise MAX_CONNECTIONS.`,
    },
  ]);
}

/** Scopes beyond this number are not named: then all queues are looked at. */
const maxNamedScopes = 1000;

/** Makes what looks, for all who wait, for work that became due, and notes that they are there and look after their exclusive runs. */
export function dueLook(store: Store): LookForDue {
  let touchedAt = Number.NEGATIVE_INFINITY;
  return async ({ scopes, runIds }) => {
    if (performance.now() - touchedAt > signEveryMs(store.leaseMs)) {
      touchedAt = performance.now();
      await touchWaitingRuns(store, runIds);
      await noteWaiting(store);
    }
    const queue = await store.queue();
    return queue.due(scopes.size > maxNamedScopes ? undefined : [...scopes]);
  };
}
