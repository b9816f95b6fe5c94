import { expect, it } from 'vitest';
import type { Client, Task } from '../../../client/index.ts';
import { createWaitingLog } from '../../../orchestrator/cli/printWaiting.ts';

/** Plays looks one after the other, each of which does something and then finds tasks. */
async function look(looks: ((see: (task: Task) => void) => Task[])[]): Promise<string[]> {
  const said: string[] = [];
  const sayer = createWaitingLog((text) => said.push(text), 1);
  const stop = new AbortController();
  const left = [...looks];
  async function* walkTasks(): AsyncGenerator<Task> {
    yield* left.shift()?.(sayer.see) ?? [];
    if (left.length === 0) stop.abort();
  }
  await sayer.watch({ walkTasks } as unknown as Pick<Client, 'walkTasks'>, stop.signal);
  return said;
}

const task = { databaseId: 7, task: 'a', runId: 'r' } as Task;
const nothing = () => [];
const finds = () => [task];
const seesLate = (see: (task: Task) => void) => {
  see(task);
  return [];
};

it('says once that a task awaits approval that began to wait after a look was read', async () => {
  expect(await look([seesLate, finds, finds, nothing])).toEqual([
    expect.stringContaining('a of r needs approval'),
  ]);
  // It was told by a look, and then by the report of the worker during the next one.
  expect(await look([finds, seesLate, finds, nothing])).toHaveLength(1);
});

it('says it again of a task that was decided and waits once more', async () => {
  expect(await look([finds, nothing, finds, nothing])).toHaveLength(2);
  expect(await look([seesLate, nothing, finds, nothing])).toHaveLength(2);
});
