import { beforeEach, describe, expect, it } from 'vitest';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { checkGraph } from '../../../domain/plans/checkGraph.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

const many = 10_000;
const chain = Array.from({ length: many }, (_, index) => ({
  task: `step-${index}`,
  needs: index === 0 ? [] : [`step-${index - 1}`],
}));

describeOnEither(`A run of ${many} steps`, (database) => {
  const store = storeOf(database);
  const { start, leased, finish } = playWorkers(store);
  beforeEach(() => database.truncate());

  it('starts, goes on, is cancelled and is retried', async () => {
    const definition = { name: 'large', concurrency: 4, steps: chain };
    const { runId, planHash, tasks } = await start([], { definition });
    expect(tasks).toHaveLength(many);
    for (const task of ['step-0', 'step-1']) {
      const lease = await leased(planHash);
      expect(lease.task).toBe(task);
      await finish(lease);
    }
    await finish(await leased(planHash), { exitCode: 1 });
    const counts = await store.db.query<{ status: string; count: number }>({
      text: 'SELECT status, count(*)::int AS count FROM agents_tasks WHERE run_id = $1 GROUP BY status ORDER BY status',
      values: [runId],
    });
    expect(counts).toEqual([
      { status: 'failed', count: 1 },
      { status: 'skipped', count: many - 3 },
      { status: 'succeeded', count: 2 },
    ]);
    expect(await retryRun(store, everything, { runId, mode: 'failed' })).toHaveLength(many - 2);
    expect((await leased(planHash)).task).toBe('step-2');
    expect(await cancelRun(store, everything, runId)).toBe(many - 2);
  });
});

describe(`A plan of ${many} steps`, () => {
  it('whose steps need each other in a circle is refused with the first of them', () => {
    const [first, ...rest] = chain;
    const circle = [{ ...first, needs: [`step-${many - 1}`] }, ...rest];
    const definition = planDefinition.parse({ name: 'circle', steps: circle });
    expect(() => checkGraph(definition)).toThrow(
      /a circle, got one through step-0, step-1, .* and 9980 more/,
    );
  });
});
