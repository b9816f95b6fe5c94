import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { readStepNeeds } from '../../../domain/engine/stepNeeds.ts';
import { readStepNames } from '../../../domain/plans/stepNames.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

describeOnEither('The steps of a plan', (database) => {
  const store = storeOf(database);
  const { start, leased, finish } = playWorkers(store);
  beforeEach(() => database.truncate());

  it('are named for each task that needs them, also when they have succeeded', async () => {
    const run = await start([], {
      definition: {
        name: 'nightly',
        steps: [{ task: 'a' }, { task: 'b' }, { task: 'c', needs: ['a', 'b'] }],
      },
    });
    await finish(await leased(run.planHash));
    const { task } = await createTask(store, everything, {
      task: 'c',
      runId: 'outside',
      status: 'succeeded',
    });
    const ids = [...run.tasks.map(({ id }) => id), task.id, 1_000_000];
    expect(await readStepNeeds(database.db(), ids)).toEqual([[], [], ['a', 'b'], [], []]);
  });

  it('are those of the latest content of the plan, in its order', async () => {
    const name = `plan-${randomUUID().slice(0, 8)}`;
    await start([], { definition: { name, steps: [{ task: 'old' }] } });
    await start([], { definition: { name, steps: [{ task: 'z' }, { task: 'a' }] } });
    expect(
      await readStepNames(database.db(), [
        { project: '', name: 'unknown' },
        { project: '', name },
      ]),
    ).toEqual([[], ['z', 'a']]);
  });
});
