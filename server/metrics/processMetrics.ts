import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { Store } from '../../domain/store.ts';

/** Adds what this process alone knows: its memory, processor and event loop, its connections and its subscribers. */
export function addProcessMetrics(registry: Registry, { db, changes }: Store): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const registers = [registry];
  new Gauge({
    name: 'nightshift_db_pool',
    help: 'Connections to the database that are idle or active, and callers waiting for one.',
    labelNames: ['state'],
    registers,
    collect() {
      const { idle, active, waiting } = db.pool();
      for (const [state, value] of Object.entries({ idle, active, waiting })) this.set({ state }, value);
    },
  });
  new Gauge({
    name: 'nightshift_db_pool_max',
    help: 'The maximum number of connections to the database that this process opens.',
    registers,
    collect() {
      this.set(db.pool().max);
    },
  });
  new Counter({
    name: 'nightshift_db_statements_total',
    help: 'Statements that this process has sent to the database.',
    registers,
    collect() {
      this.reset();
      this.inc(db.statements());
    },
  });
  new Gauge({
    name: 'nightshift_subscriptions',
    help: 'Subscribers that watch a run through this process.',
    registers,
    collect() {
      this.set(changes.size);
    },
  });
}
