import { expect, it } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { readDetails } from '../../../domain/tasks/details.ts';
import { addRemarks, maxRemarks } from '../../../domain/tasks/remarks.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

describeOnEither('The remarks of a task', (database) => {
  const store = storeOf(database);
  const newTask = async () =>
    (await createTask(store, everything, { task: 'seo.validate', runId: 'nightly-1', status: 'running' }))
      .task.id;
  const remarksOf = async (id: number) => (await readDetails(database.db(), [id], ['remarks']))[0]?.remarks;

  it('keep their order, and none is there twice', async () => {
    const id = await newTask();
    expect(await remarksOf(id)).toEqual([]);
    await addRemarks(database.db(), id, ['b', 'a', 'b']);
    await addRemarks(database.db(), id, ['c', 'a']);
    expect(await remarksOf(id)).toEqual(['b', 'a', 'c']);
  });

  it('are bounded in number and length', async () => {
    const id = await newTask();
    await addRemarks(database.db(), id, [
      'x'.repeat(100_000),
      ...Array.from({ length: 50 }, (_, index) => String(index)),
    ]);
    const remarks = (await remarksOf(id)) ?? [];
    expect(remarks).toHaveLength(maxRemarks);
    expect(remarks[0]).toMatch(/^x{999}…$/);
  });
});
