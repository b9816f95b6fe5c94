import type { Task } from '../../client/index.ts';
import { type CliContext, CliFault } from './context.ts';
import { isOpen } from './describeChange.ts';
import type { Watched, Watching } from './followWatched.ts';
import { describeUnclaimed, unclaimedOf, workerAdvice } from './sayUnclaimed.ts';

/**
 * Says of a watched run of which nothing runs what it waits for that does not come by itself: a worker, or a decision.
 * @throws CliFault where no server is there either, so that nothing can become of it
 */
export async function lookAtIdle(
  context: CliContext,
  { client, isReader = false }: Watched,
  runId: string,
  { tasks, said }: Pick<Watching, 'tasks' | 'said'>,
  signal: AbortSignal,
): Promise<void> {
  const open = [...tasks.values()].filter(isOpen);
  // Nobody else has the embedded database while this process reads it.
  const isAlone = isReader && !context.config().variables.DATABASE_URL?.trim();
  if (isAlone && open.length > 0) throw stands(runId, '');
  if (open.some(({ status }) => status === 'RUNNING')) return;
  // That the server is away is told by who hears of changes.
  const waits = await client.waitingTasks(runId, { signal }).catch(() => undefined);
  if (waits === undefined || signal.aborted) return;
  const unclaimed = describeUnclaimed(unclaimedOf(waits), tasks);
  if (unclaimed !== undefined) {
    if (isReader && [...waits.values()].every((wait) => wait == null || isStuck(wait)))
      throw stands(runId, ` (${unclaimed})`);
    if (!said.has('worker')) context.say(`${unclaimed}. ${workerAdvice}`);
    said.add('worker');
  } else if (!said.has('approval') && [...tasks.values()].some(awaits)) {
    said.add('approval');
    context.say(
      'The rest may wait for an approval: see "nightshift approvals". Ctrl-C ends the watching only.',
    );
  }
}

function stands(runId: string, what: string): CliFault {
  return new CliFault(
    `The run ${runId} is not over${what}, and no server runs here: start "nightshift up" to go on with it.`,
  );
}

function isStuck({ kind }: { kind: string }): boolean {
  return kind === 'NO_WORKER' || kind === 'NEED';
}

function awaits({ status }: Task): boolean {
  return status === 'AWAITING_APPROVAL';
}
