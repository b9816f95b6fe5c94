import * as z from 'zod';
import { waitKinds } from '../../contract/words/runs.ts';
import { readWaitingFor } from '../../domain/engine/waitingFor.ts';
import type { Store } from '../../domain/store.ts';

/** Writes what tasks wait for, for `?include=waiting_for`, in the order of their ids; null for one that runs, has ended or is not the engine's. */
export async function writeWaitingFor(store: Store, taskIds: readonly number[]): Promise<string[]> {
  const found = await readWaitingFor(store, taskIds);
  return found.map((waiting) => {
    if (!waiting) return 'null';
    const { kind, reason, needs, lock, holderId, labels, until } = waiting;
    return JSON.stringify({ kind, reason, needs, lock, holder_id: holderId, labels, until });
  });
}

/** What `writeWaitingFor` writes, for the API's description. */
export const waitingForJson = z
  .object({
    kind: z.enum(waitKinds),
    reason: z.string().meta({ description: 'The reason as a sentence.' }),
    needs: z
      .array(z.string())
      .meta({ description: 'The steps that it needs and that have not succeeded; with `need`.' }),
    lock: z.string().nullable().meta({ description: 'The key of the lock; with `lock`.' }),
    holder_id: z.int().nullable().meta({ description: 'The task that holds it, if one does.' }),
    labels: z
      .array(z.string())
      .meta({ description: 'The labels that a worker must have; with `worker` and `no_worker`.' }),
    until: z.string().nullable().meta({ description: 'When it will be retried; with `pause`.' }),
  })
  .nullable()
  .meta({ id: 'WaitingFor', description: 'What a task is waiting for.' });
