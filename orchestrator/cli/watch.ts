import type { Command } from 'commander';
import type { Client, Task } from '../../client/index.ts';
import type { EndStatus } from '../outcome/outcome.ts';
import { describeEnd } from '../progress/lines.ts';
import { readTasks } from '../run/followRun.ts';
import { exitCodeOf } from '../run/result.ts';
import { lineOf, type Terminal } from '../terminal.ts';
import { fitLine, unbroken } from '../text/fitLine.ts';
import { type Connection, withReader } from './connect.ts';
import { type CliContext, CliFault } from './context.ts';
import { interruptible, orOutdated } from './interruption.ts';
import { approvalCommand } from './sayWaiting.ts';
import { watchReader } from './watchReader.ts';

/** `nightshift watch`: shows a run as it goes on, until it has ended. */
export function addWatch(program: Command, context: CliContext): void {
  program
    .command('watch <run>')
    .description('show what becomes of the tasks of a run, until it has ended')
    .addHelpText(
      'after',
      '\nIts exit code is that of the run. Ctrl-C ends the watching, not the run.\n\nExample:\n  nightshift watch nightly-2025-01-15',
    )
    .action((runId: string) =>
      withReader(context, async (connection) => {
        const { client, kind } = connection;
        // On PostgreSQL a server may run elsewhere.
        const isAlone = kind === 'embedded' && !context.config().variables.DATABASE_URL?.trim();
        if (isAlone) await showUnwatched(context, client, runId);
        else await watchRun(context, connection, runId);
      }),
    );
}

/** Where no server runs nothing goes on, so there is nothing to wait for. @throws CliFault for a run that is not over */
async function showUnwatched(context: CliContext, client: Client, runId: string): Promise<void> {
  await refuseUnknown(client, runId);
  const tasks = await readTasks(client, runId);
  for (const task of tasks) {
    const line = describeChange(task, undefined, context.stdout);
    if (line !== undefined) context.stdout.write(`${fitLine(lineOf(line), context.stdout, 2)}\n`);
  }
  if (!isOver(tasks))
    throw new CliFault(
      `The run ${runId} is not over, and no server runs here: "nightshift up" goes on with it.`,
    );
  context.exitWith(codeOf(tasks, null));
}

async function refuseUnknown(client: Client, runId: string): Promise<void> {
  if ((await client.run(runId)) == null)
    throw new CliFault(`There is no run ${runId}. "nightshift runs" lists those that exist.`);
}

/**
 * Says of each task of a run where it stands, whenever that changes, until nothing is queued or running, or nobody reads what
 * is said.
 */
export async function watchRun(
  context: CliContext,
  { client, outdated }: Pick<Connection, 'client' | 'outdated'>,
  runId: string,
): Promise<void> {
  await refuseUnknown(client, runId);
  const tasks = new Map<number, Task>();
  const reader = watchReader(context);
  const interruptedBy = await interruptible(
    (told) =>
      follow(context, client, runId, { tasks, signal: orOutdated(told, outdated), reader: reader.gone }),
    () => context.say('The run goes on.'),
  ).finally(reader.stop);
  if (interruptedBy !== null) outdated.throwIfAborted();
  context.exitWith(reader.gone.aborted ? 0 : codeOf([...tasks.values()], interruptedBy));
}

/** Follows a run; gives the name of the signal that ended it. */
async function follow(
  context: CliContext,
  client: Client,
  runId: string,
  { tasks, signal, reader }: { tasks: Map<number, Task>; signal: AbortSignal; reader: AbortSignal },
): Promise<string | null> {
  const done = new AbortController();
  const stop = AbortSignal.any([signal, reader, done.signal]);
  const connected = Promise.withResolvers<void>();
  let isWhole = false;
  let waits = false;
  const take = (task: Task) => {
    const line = describeChange(task, tasks.get(task.databaseId), context.stdout);
    tasks.set(task.databaseId, task);
    if (line !== undefined && !reader.aborted)
      context.stdout.write(`${fitLine(lineOf(line), context.stdout, 2)}\n`);
  };
  const look = () => {
    if (!isWhole) return;
    if (isOver(tasks.values())) done.abort();
    else if (!waits && waitsForHumans(tasks.values())) {
      waits = true;
      context.say(
        'The rest may wait for an approval: see "nightshift approvals". Ctrl-C ends the watching only.',
      );
    }
  };
  const changes = client.watchRun(runId, { signal: stop, onConnect: connected.resolve });
  const watching = (async () => {
    for await (const task of changes) {
      take(task);
      look();
    }
  })();
  // Read once every change is heard, so that none falls between the two; what was heard meanwhile is newer.
  await Promise.race([connected.promise, watching]);
  if (!stop.aborted) {
    const read = await readTasks(client, runId, stop).catch(unlessAborted(stop));
    for (const task of read) if (!tasks.has(task.databaseId)) take(task);
    isWhole = true;
    look();
  }
  await watching;
  return signal.aborted ? String(signal.reason) : null;
}

function unlessAborted(signal: AbortSignal): (error: unknown) => Task[] {
  return (error) => {
    if (signal.aborted) return [];
    throw error;
  };
}

function codeOf(tasks: readonly Task[], interruptedBy: string | null): number {
  const ended = tasks.map(({ status }) => ({ status: status.toLowerCase() as EndStatus }));
  return exitCodeOf(ended, { pending: 0, refused: 0 }, interruptedBy);
}

function waitsForHumans(tasks: Iterable<Task>): boolean {
  const statuses = new Set([...tasks].map(({ status }) => status));
  return statuses.has('AWAITING_APPROVAL') && !statuses.has('RUNNING');
}

function isOver(tasks: Iterable<Task>): boolean {
  return [...tasks].every(({ status }) => status !== 'QUEUED' && status !== 'RUNNING');
}

function describeChange(task: Task, before: Task | undefined, stream: Terminal): string | undefined {
  if (before?.status === task.status) return undefined;
  const name = `${task.databaseId} ${task.task}`;
  if (task.status === 'RUNNING') return `${name} started`;
  if (task.status === 'QUEUED') return before && `${name} ${describeQueued(task, before)}`;
  const end = describeEnd({ ...task, status: task.status.toLowerCase() as EndStatus }, name, stream);
  return task.status === 'AWAITING_APPROVAL' ? `${end}; ${unbroken(approvalCommand(task))}` : end;
}

/** Says why a task is queued that was something else before. */
function describeQueued({ reason }: Task, before: Task): string {
  if (before.status === 'AWAITING_APPROVAL') return 'was approved to run, and is queued';
  if (before.status === 'RUNNING') return `will be tried again (${reason ?? 'it did not succeed'})`;
  return 'is made again, since somebody said so';
}
