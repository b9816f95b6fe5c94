import type { Server } from 'node:http';
import { Registry } from 'prom-client';
import { readSnapshot } from '../../domain/metrics/snapshot.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { writeFamilies } from './exposition.ts';
import { type OperationWatch, operationWatch } from './operations.ts';
import { addProcessMetrics } from './processMetrics.ts';
import { requestWatch } from './requests.ts';
import { snapshotFamilies } from './snapshotFamilies.ts';
import { throttle } from './throttle.ts';

/** What one server knows about itself and its database, for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  /** Writes every metric as it is now; those of the database may be some seconds old. */
  write(): Promise<string>;
  watchRequests(server: Server): void;
  watchOperation: OperationWatch;
}

/** Makes the metrics of one server, in a registry of its own; the process is observed from now on. */
export function createMetrics(store: Store, log: Pick<Logger, 'warn'>): Metrics {
  const registry = new Registry();
  addProcessMetrics(registry, store);
  const figures = throttle(() =>
    readSnapshot(store.db).catch((error: unknown) => {
      log.warn({ err: error }, 'The database returned no metrics for /metrics');
      throw error;
    }),
  );
  return {
    contentType: registry.contentType,
    write: async () => writeFamilies(snapshotFamilies(await figures())) + (await registry.metrics()),
    watchRequests: requestWatch(registry),
    watchOperation: operationWatch(registry),
  };
}
