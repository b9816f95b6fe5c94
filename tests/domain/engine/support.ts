import { randomUUID } from 'node:crypto';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { type StartedRun, startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Store } from '../../../domain/store.ts';
import type { Task } from '../../../domain/tasks/task.ts';
import { everything } from '../../support/domain.ts';

/** Plays workers of a store's engine without processes, in a checkout of an origin where one is given. */
export function playWorkers(store: Store, origin?: string, repos: { task: string; repo: string }[] = []) {
  const ask = (planHash: string, more: object = {}): Promise<Lease | null> =>
    leaseTask(store, {
      worker: 'w1',
      requestId: randomUUID(),
      planHashes: [planHash],
      runIds: [],
      labels: [],
      ...(origin === undefined ? {} : { sources: [{ planHash, origin, repos }] }),
      ...more,
    });
  /** Reports an exit, 0 unless told otherwise. */
  const finish = (lease: Lease, more: object = {}): Promise<Task> => {
    const report = { ending: 'exit', exitCode: 0, durationMs: 5, ...more };
    return finishAttempt(store, lease.leaseId, attemptReport.parse(report));
  };
  return {
    /** Starts a run of a plan of these steps. */
    start: (steps: object[], more: object = {}): Promise<StartedRun> =>
      startRun(
        store,
        everything,
        startRunInput.parse({
          definition: { name: 'night', concurrency: 10, steps },
          runId: randomUUID(),
          ...more,
        }),
      ),
    ask,
    /** Leases what is due, which must be something. */
    async leased(planHash: string): Promise<Lease> {
      const lease = await ask(planHash);
      if (lease === null) throw new Error('Nothing was there to lease.');
      return lease;
    },
    finish,
    /** The status of each task of a run, by its name. */
    async statuses(runId: string): Promise<Record<string, string>> {
      const rows = await store.db.query<{ task: string; status: string }>({
        text: 'SELECT task, status FROM agents_tasks WHERE run_id = $1',
        values: [runId],
      });
      return Object.fromEntries(rows.map(({ task, status }) => [task, status]));
    },
    /** Carries out all that can be, two at once where the plan allows it, so that ends come in an order of their own. */
    async carryOutInPairs(planHash: string, act: (lease: Lease) => Promise<void>): Promise<void> {
      const held: Lease[] = [];
      for (;;) {
        const lease = await ask(planHash);
        if (lease !== null) held.push(lease);
        const next = lease !== null && held.length < 2 ? undefined : held.shift();
        if (next !== undefined) await act(next);
        else if (lease === null) return;
      }
    },
    /** Carries out all that can be, each task as told by its name; gives the names in their order. */
    async carryOut(planHash: string, reportOf: (task: string) => object = () => ({})): Promise<string[]> {
      const names: string[] = [];
      for (let lease = await ask(planHash); lease !== null; lease = await ask(planHash)) {
        names.push(lease.task);
        await finish(lease, reportOf(lease.task));
      }
      return names;
    },
  };
}
