import type { Client, Task } from '../../client/index.ts';
import { type CliContext, UserError } from './context.ts';
import { isOpen } from './describeChange.ts';
import { describeUnclaimed, unclaimedOf, workerAdvice } from './printUnclaimed.ts';
import type { Watched, Watching } from './watched.ts';

/**
 * Prints what a watched run waits for when nothing of it runs: a worker, or a decision.
 * @throws UserError where there is no server either, so that the run cannot continue
 */
export async function checkIdle(
  context: CliContext,
  { client, isReader = false }: Watched,
  runId: string,
  { tasks, said }: Pick<Watching, 'tasks' | 'said'>,
  signal: AbortSignal,
): Promise<void> {
  const open = [...tasks.values()].filter(isOpen);
  // Nobody else has the embedded database while this process reads it.
  if (isReader && open.length > 0 && !context.config().variables.DATABASE_URL?.trim()) throw stands(runId);
  const running = open.filter(({ status }) => status === 'RUNNING');
  if (running.length > 0 && !isReader) return;
  // The subscription reports a server that is away.
  const found = await readIdle(client, runId, running, signal).catch(() => undefined);
  if (found === undefined || signal.aborted) return;
  const { waits, lost } = found;
  if (lost.length < running.length) return;
  const unclaimed = describeUnclaimed(unclaimedOf(waits), tasks);
  const what = describeLost(lost) ?? unclaimed;
  if (isReader && what !== undefined && [...waits.values()].every(isStuck)) throw stands(runId, what);
  if (unclaimed !== undefined) {
    if (!said.has('worker')) context.print(`${unclaimed}. ${workerAdvice}`);
    said.add('worker');
  } else if (!said.has('approval') && [...tasks.values()].some(awaits)) {
    said.add('approval');
    context.print(
      'The remaining tasks may be waiting for approval: see "nightshift approvals". Ctrl-C stops watching, not the run.',
    );
  }
}

/** Reads what the queued tasks of a run wait for, and which of its running ones lost their worker so long ago that a server would know. */
async function readIdle(client: Client, runId: string, running: readonly Task[], signal: AbortSignal) {
  const waits = await client.waitingTasks(runId, { signal });
  const lost: Task[] = [];
  for (const task of running) {
    const last = (await client.attempts(task.databaseId, { signal })).at(-1);
    const until = last?.leaseExpiresAt ?? null;
    if (until === null || Date.now() - Date.parse(until) < knownAfterMs) break;
    lost.push(task);
  }
  return { waits, lost };
}

// Every server sweeps for expired leases far more often.
const knownAfterMs = 30_000;

function describeLost([first, ...others]: readonly Task[]): string | undefined {
  if (first === undefined) return undefined;
  const { databaseId, task } = first;
  return others.length === 0
    ? `${databaseId} ${task} has lost its worker`
    : `${databaseId} ${task} and ${others.length} more have lost their worker`;
}

function stands(runId: string, what?: string): UserError {
  const why = what === undefined ? '' : ` (${what})`;
  return new UserError(
    `Run ${runId} is not finished${why}, and no server is running here: start "nightshift up" to continue it.`,
  );
}

/** Says whether what a task waits for comes from others of its run, or from a worker that is not there. */
function isStuck(wait: { kind: string } | null | undefined): boolean {
  return wait == null || ['NO_WORKER', 'NEED', 'PLACE'].includes(wait.kind);
}

function awaits({ status }: Task): boolean {
  return status === 'AWAITING_APPROVAL';
}
