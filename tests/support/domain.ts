import { onTestFinished } from 'vitest';
import type { Channel } from '../../contract/words/notifications.ts';
import { type Scope, scopes } from '../../contract/words/viewers.ts';
import type { Database } from '../../database/database.ts';
import { TaskChangesHub } from '../../domain/changes/changes.ts';
import { WorkSignal } from '../../domain/changes/workSignal.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { deliveryQueues } from '../../domain/queue/deliveryQueues.ts';
import { type LazyQueue, queueProvider } from '../../domain/queue/queueProvider.ts';
import type { Store } from '../../domain/store.ts';
import type { TestDatabase } from './databases.ts';

/** A viewer without an identity of its own who may do everything, as on a loopback server without keys. */
export const everything: Viewer = {
  id: 'local',
  kind: 'shared',
  scopes: new Set<Scope>(scopes),
  identified: false,
};

/** A viewer who is somebody. */
export function viewerNamed(id: string, may: readonly Scope[] = scopes): Viewer {
  return { id, kind: 'person', scopes: new Set(may), identified: true };
}

/** A store over a test database, usable wherever the database is; it tells these channels, in this set-up. */
export function storeOf(
  database: Pick<TestDatabase, 'db'>,
  channels: readonly Channel[] = [],
  setting: Partial<Store> = {},
): Store {
  const changes = new TaskChangesHub();
  let queue: { db: Database; lazy: LazyQueue } | undefined;
  return {
    ...setting,
    changes,
    work: new WorkSignal(),
    leaseMs: 30_000,
    channels,
    queue() {
      const db = database.db();
      if (queue?.db !== db) {
        queue = { db, lazy: queueProvider(db, () => undefined, channels.length > 0 ? deliveryQueues : []) };
        const { lazy } = queue;
        onTestFinished(() => lazy.stop());
      }
      return queue.lazy.get();
    },
    get db() {
      return database.db();
    },
  };
}

/** Removes all jobs of deliveries, also those that are due later, so that none of an earlier test is left. */
export async function forgetDeliveryJobs(store: Store): Promise<void> {
  await store.queue();
  await store.db.query({ text: 'DELETE FROM pgboss.job WHERE name = ANY($1)', values: [deliveryQueues] });
}
