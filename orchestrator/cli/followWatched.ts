import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, type Client, type Task } from '../../client/index.ts';
import { readTasks } from '../run/followRun.ts';
import { lineOf } from '../terminal.ts';
import { fitLine } from '../text/fitLine.ts';
import { checkIdle } from './checkIdle.ts';
import { findConnection, withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { describeChange, isOver } from './describeChange.ts';
import { orOutdated } from './interruption.ts';
import { asWatched, type Watched, type Watching } from './watched.ts';

/**
 * Follows a run until it has ended, through the absences of its server: what changed meanwhile is read once it answers again.
 * A server of this computer that is gone for good is not waited for. Gives the name of the signal that ended it.
 * @throws UserError for a run that is not over where nothing carries it on
 */
export async function followWatched(
  context: CliContext,
  watched: Watched,
  runId: string,
  watching: Watching,
): Promise<string | null> {
  const { signal, reader } = watching;
  const stop = AbortSignal.any([signal, reader]);
  let awaySince: number | undefined;
  const onConnect = () => {
    if (awaySince !== undefined) context.print('The server is back.');
    awaySince = undefined;
  };
  for (let current = watched; ; ) {
    try {
      await followOnce(context, current, runId, { ...watching, stop, onConnect });
      return signal.aborted ? String(signal.reason) : null;
    } catch (error) {
      if (!(error instanceof ApiUnreachableError)) throw error;
      if (awaySince === undefined)
        context.print(
          `${error.message}\nWatching continues once the server is back. Ctrl-C stops watching, not the run.`,
        );
      awaySince ??= performance.now();
    }
    await wait(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    if (current.kind !== 'running' || stop.aborted) continue;
    // One that is started again may answer elsewhere.
    const found = await Promise.race([findConnection(context), untilAborted(stop)]);
    if (found === undefined && performance.now() - awaySince > goneAfterMs && !stop.aborted)
      return withReader(context, async (other) => {
        const orOther = { ...watching, signal: orOutdated(signal, other.outdated) };
        const interruptedBy = await followWatched(context, asWatched(other), runId, orOther);
        if (interruptedBy !== null) other.outdated.throwIfAborted();
        return interruptedBy;
      });
    current = found ?? current;
  }
}

const pauseMs = 1000;

// Nobody waits longer for a server to be started again that was stopped on purpose.
const goneAfterMs = 60_000;

/** Follows a run as long as its server answers. @throws ApiUnreachableError once it does not */
async function followOnce(
  context: CliContext,
  watched: Watched,
  runId: string,
  { stop, onConnect, ...watching }: Watching & { stop: AbortSignal; onConnect(): void },
): Promise<void> {
  const { client } = watched;
  const { tasks, reader } = watching;
  const done = new AbortController();
  const until = AbortSignal.any([stop, done.signal]);
  const connected = Promise.withResolvers<void>();
  const heard = new Set<number>();
  let isWhole = false;
  const take = (task: Task) => {
    const line = describeChange(task, tasks.get(task.databaseId), context.stdout);
    tasks.set(task.databaseId, task);
    if (line !== undefined && !reader.aborted)
      context.stdout.write(`${fitLine(lineOf(line), context.stdout, 2)}\n`);
  };
  const look = () => {
    if (isWhole && isOver(tasks.values())) done.abort();
  };
  const changes = client.watchRun(runId, { signal: until, onConnect: connected.resolve });
  const hearing = (async () => {
    for await (const task of changes) {
      heard.add(task.databaseId);
      take(task);
      look();
    }
  })();
  hearing.catch(() => undefined);
  try {
    // Read once every change is heard, so that none falls between the two; what was heard meanwhile is newer.
    await Promise.race([connected.promise, hearing]);
    const read = await readWhole(client, runId, until);
    if (read === undefined) return;
    if (read.length === 0 && tasks.size > 0)
      throw new UserError(`Run ${runId} no longer exists: its tasks were deleted.`);
    onConnect();
    for (const task of read) if (!heard.has(task.databaseId)) take(task);
    isWhole = true;
    look();
    await Promise.race([
      hearing,
      lookAgain(() => checkIdle(context, watched, runId, watching, until), until),
    ]);
  } finally {
    done.abort();
    await hearing.catch(() => undefined);
  }
}

/** Reads the tasks of a run; undefined once that is not wanted any more. */
async function readWhole(client: Client, runId: string, signal: AbortSignal): Promise<Task[] | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await readTasks(client, runId, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function lookAgain(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
  }
}

const pollIntervalMs = 5000;

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
