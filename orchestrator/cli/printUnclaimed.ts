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

/** Finds the tasks that no worker takes among those of a run that wait, the first of them first. */
export function unclaimedOf(waits: Waits): Unclaimed[] {
  const unclaimed = [...waits].flatMap(([databaseId, wait]) => {
    const why = whyUnclaimed(wait);
    return why === undefined ? [] : [{ databaseId, why }];
  });
  return unclaimed.sort((one, other) => one.databaseId - other.databaseId);
}

/** Says that tasks wait for a worker, and why none takes the first of them; nothing where there are none. */
export function describeUnclaimed(
  [first, ...others]: readonly Unclaimed[],
  tasks: ReadonlyMap<number, Pick<Task, 'task'>> = new Map(),
): string | undefined {
  if (first === undefined) return undefined;
  const name = tasks.get(first.databaseId)?.task;
  const one = name === undefined ? `Task ${first.databaseId}` : `${first.databaseId} ${name}`;
  const who = others.length === 0 ? `${one} waits` : `${one} and ${others.length} more wait`;
  return `${who} for a worker: ${first.why}`;
}

/** What to do about tasks that no worker takes. */
export const workerAdvice = 'Start one with "nightshift up" or "nightshift worker".';

/** Says of the first of some runs of which tasks were released, and no worker takes them, that it is so. */
export async function printUnclaimed(
  { print }: Pick<CliContext, 'print'>,
  client: Pick<Client, 'waitingTasks'>,
  runIds: Iterable<string>,
): Promise<void> {
  for (const runId of new Set(runIds)) {
    // What was done is done, also for a key that may not read.
    const waits = await client.waitingTasks(runId).catch(() => undefined);
    const what = waits && describeUnclaimed(unclaimedOf(waits));
    if (what !== undefined) return print(`${what}. ${workerAdvice}`);
  }
}
