import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { PlanDefinition } from '../../../contract/plan/definition.ts';
import type { Queryable } from '../../../database/database.ts';
import type { Cluster } from './cluster.ts';
import { oddAttempts } from './story.ts';

/** The script of a command that notes its beginning and its end. */
export const noteWork = resolve(import.meta.dirname, '../../fixtures/commands/noteWork.sh');
const backoff = { delay: '100ms', factor: 1 } as const;

function work(seconds: number, succeedsFrom = 1): [string, string[]] {
  return ['sh', [noteWork, String(seconds), String(succeedsFrom)]];
}

/** A plan of twelve steps with needs, retries, a lock and an approval, whose commands note what they do. */
export const nightPlan: PlanDefinition = {
  concurrency: 4,
  steps: [
    { task: 'a', cmd: work(0.1) },
    { task: 'b', cmd: work(0.3) },
    { task: 'c', needs: ['a'], cmd: work(0.2, 2), retries: 3, backoff },
    { task: 'd', needs: ['a', 'b'], cmd: work(0.4) },
    { task: 'e', needs: ['c'], cmd: work(0.1, 3), retries: 3, backoff },
    { task: 'f', needs: ['d'], cmd: work(0.2), lock: 'one' },
    { task: 'g', needs: ['d'], cmd: work(0.2), lock: 'one' },
    { task: 'h', needs: ['b'], cmd: work(0.1, 0), retries: 1, backoff },
    { task: 'i', needs: ['h'], cmd: work(0.1) },
    { task: 'j', needs: ['c', 'd'], cmd: work(0.1), approval: 'always' },
    { task: 'k', needs: ['e', 'f'], cmd: work(0.3) },
    { task: 'l', needs: ['k', 'g'], cmd: work(0.1) },
  ],
};

const failed = 'exit 1';
const attempts: Record<string, string[]> = {
  c: [failed, 'exit 0'],
  e: [failed, failed, 'exit 0'],
  h: [failed, failed],
  i: [],
};
const ends: Record<string, string> = { h: 'failed', i: 'skipped', j: 'awaiting_approval' };
const names = nightPlan.steps.map(({ task }) => task);

/**
 * Expects of a run of the plan that nothing was lost and nothing was done twice: each task came to its end in just as
 * many attempts as its commands need, and no two of its commands ever worked at once.
 */
export async function expectWholeNight(db: Queryable, cluster: Cluster, runId: string): Promise<void> {
  const tasks = await db.query<object>({
    text: `SELECT task, status, coalesce((SELECT json_agg(concat_ws(' ', ended_by, exit_code) ORDER BY number)
        FROM task_attempts WHERE task_id = agents_tasks.id), '[]') AS attempts
      FROM agents_tasks WHERE run_id = $1 ORDER BY step`,
    values: [runId],
  });
  const attemptsOf = (task: string) => attempts[task] ?? ['exit 0'];
  expect(tasks).toEqual(
    names.map((task) => ({ task, status: ends[task] ?? 'succeeded', attempts: attemptsOf(task) })),
  );
  expect(await oddAttempts(db)).toEqual([]);
  const marks = cluster.marks();
  const noted = names.map((task) => [task, marks.get(`${runId}-${task}`) ?? []]);
  expect(noted).toEqual(names.map((task) => [task, attemptsOf(task).flatMap(() => ['began', 'ended'])]));
}
