import type { Server } from 'node:http';
import { Registry } from 'prom-client';
import { readFigures } from '../../domain/metrics/figures.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { writeFamilies } from './exposition.ts';
import { figureFamilies } from './figureFamilies.ts';
import { type OperationWatch, operationWatch } from './operations.ts';
import { pace } from './pace.ts';
import { addProcessMetrics } from './processMetrics.ts';
import { requestWatch } from './requests.ts';

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
  const figures = pace(() =>
    readFigures(store.db).catch((error: unknown) => {
      log.warn({ err: error }, 'The database gave no figures for /metrics');
      throw error;
    }),
  );
  return {
    contentType: registry.contentType,
    write: async () => writeFamilies(figureFamilies(await figures())) + (await registry.metrics()),
    watchRequests: requestWatch(registry),
    watchOperation: operationWatch(registry),
  };
}
