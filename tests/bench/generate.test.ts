import { beforeAll, describe, expect, it } from 'vitest';
import { fewTasks, generateTasks, rareTaskName } from '../../bench/data/generate.ts';
import { useDatabase } from '../support/databases.ts';

const shape = { ...fewTasks, tasks: 4000, queued: 100, awaiting: 40, rareTask: 20 };

describe('The generated tasks', () => {
  const database = useDatabase('postgres');
  const count = async (condition: string) => {
    const text = `SELECT count(*)::int AS count FROM agents_tasks WHERE ${condition}`;
    return (await database.db().query<{ count: number }>({ text }))[0]?.count;
  };

  beforeAll(() => generateTasks((text) => database.db().query({ text }), shape));

  it('are as many as asked for, in runs of equal size', async () => {
    expect(await count('true')).toBe(shape.tasks);
    const text = `SELECT DISTINCT count(*)::int AS size FROM agents_tasks JOIN runs USING (run_id) GROUP BY run_id`;
    expect(await database.db().query({ text })).toEqual([{ size: shape.tasksPerRun }]);
  });

  it('have the rare ones in their number, spread over the whole list', async () => {
    expect(await count('started_at IS NULL')).toBe(shape.queued);
    expect(await count(`task = '${rareTaskName}'`)).toBe(shape.rareTask);
    const awaiting = (await count(`status = 'awaiting_approval'`)) ?? 0;
    expect(awaiting).toBeGreaterThan(shape.awaiting * 0.9);
    expect(await count(`status = 'awaiting_approval' AND id < ${shape.tasks / 2}`)).toBeCloseTo(
      awaiting / 2,
      -1,
    );
  });

  it('have log excerpts of about 1 KB, and starts that several share', async () => {
    const text = `SELECT avg(length(log_excerpt))::int AS mean, count(DISTINCT started_at)::int AS starts FROM agents_tasks`;
    const [row] = await database.db().query<{ mean: number; starts: number }>({ text });
    expect(row?.mean).toBeGreaterThan(500);
    expect(row?.mean).toBeLessThan(1500);
    expect(row?.starts).toBeLessThan(shape.tasks / 2);
  });

  it('leave indexes, triggers and numbers in order, so that tasks can be created and moved', async () => {
    const text = `INSERT INTO agents_tasks (task, run_id, status) VALUES ('a', 'new', 'queued') RETURNING id`;
    expect(await database.db().query({ text })).toEqual([{ id: shape.tasks + 1 }]);
    await database.db().query({ text: `UPDATE agents_tasks SET started_at = now() WHERE run_id = 'new'` });
    expect(
      await count(`run_id = 'new' AND moved_xid IS NOT NULL AND moved_from = ARRAY[NULL::timestamptz]`),
    ).toBe(1);
    const indexes = `SELECT 1 FROM pg_indexes WHERE tablename = 'agents_tasks' AND indexname LIKE 'idx%'`;
    expect((await database.db().query({ text: indexes })).length).toBeGreaterThan(8);
  });
});
