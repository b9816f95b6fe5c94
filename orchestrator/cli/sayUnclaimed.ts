import type { Client, Task } from '../../client/index.ts';
import type { CliContext } from './context.ts';

type Waits = Awaited<ReturnType<Client['waitingTasks']>>;
type Wait = Waits extends ReadonlyMap<number, infer W> ? W : never;

/** A queued task that no worker takes as things are, and why in a few words. */
export interface Unclaimed {
  databaseId: number;
  why: string;
}

/** Says why no worker takes a task, in a few words; undefined where one does, or something else is waited for. */
export function whyUnclaimed(wait: Wait | undefined): string | undefined {
  return wait?.kind === 'NO_WORKER'
    ? wait.reason.replace(/^It waits for a worker: /, '').replace(/\.$/, '')
    : undefined;
}

/** Finds the tasks that no worker takes among those of a run that wait. */
export function unclaimedOf(waits: Waits): Unclaimed[] {
  return [...waits].flatMap(([databaseId, wait]) => {
    const why = whyUnclaimed(wait);
    return why === undefined ? [] : [{ databaseId, why }];
  });
}

/** Names one of some tasks that no worker takes, and says that they are queued. */
export function nameUnclaimed(
  [first, ...others]: readonly Unclaimed[],
  tasks: ReadonlyMap<number, Pick<Task, 'task'>>,
): string {
  if (first === undefined) return '';
  const { databaseId } = first;
  const name = [databaseId, tasks.get(databaseId)?.task].filter(Boolean).join(' ');
  return others.length === 0 ? `${name} is queued` : `${name} and ${others.length} more are queued`;
}

/** Says why no worker takes a task, and what to do about it. */
export function sayOne({ say }: Pick<CliContext, 'say'>, named: string, { why }: Unclaimed): void {
  say(`${named}: ${why}. Start one with "nightshift up", or "nightshift worker".`);
}

/** Says of tasks that were just released, or of others of their runs, that no worker is there to take them. */
export async function sayUnclaimed(
  context: Pick<CliContext, 'say'>,
  client: Pick<Client, 'waitingTasks'>,
  tasks: readonly Pick<Task, 'databaseId' | 'task' | 'runId'>[],
): Promise<void> {
  const byId = new Map(tasks.map((task) => [task.databaseId, task]));
  for (const runId of new Set(tasks.map((task) => task.runId))) {
    const unclaimed = unclaimedOf(await client.waitingTasks(runId));
    const [first] = unclaimed;
    if (first !== undefined) return sayOne(context, nameUnclaimed(unclaimed, byId), first);
  }
}
