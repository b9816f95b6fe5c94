import { setTimeout as wait } from 'node:timers/promises';
import type { Client, Task } from '../../client/index.ts';
import { plural } from '../../contract/text/plural.ts';
import { padTo, widthOf } from '../../contract/text/textWidth.ts';
import { lineOf } from '../terminal.ts';
import { fitLine, unbroken } from '../text/fitLine.ts';
import type { CliContext } from './context.ts';
import { take } from './list.ts';

/** What is to be known of a task that awaits approval, to decide about it. */
type Waiting = Pick<Task, 'databaseId' | 'task' | 'outputsUri' | 'reason'>;

/** The most tasks that are named; more are counted. */
const maxNamed = 10;

/** Says which tasks await approval, each with the command that approves it; nothing where none does. */
export function printWaiting({ print, stderr }: CliContext, tasks: readonly Waiting[]): void {
  if (tasks.length === 0) return;
  const named = tasks.slice(0, maxNamed).map((task) => ({ ...task, command: approvalCommand(task) }));
  const width = Math.max(...named.map(({ command }) => widthOf(command)));
  print(`${plural(tasks.length, 'task needs', 'tasks need')} approval:`);
  for (const { command, task, outputsUri, reason } of named) {
    const what = [task, outputsUri ?? (reason && `(${reason})`)].filter(Boolean).join(' ');
    print(fitLine(`  ${padTo(command, width)}  ${lineOf(what)}`, stderr, 4));
  }
  const rest = tasks.length - named.length;
  if (rest > 0) print(`  and ${plural(rest, 'more', 'more')}: nightshift approvals`);
  print('Review a task with "nightshift view ID", reject it with "nightshift reject ID".');
}

/** The command that approves a task. */
export function approvalCommand({ databaseId }: Pick<Task, 'databaseId'>): string {
  return `nightshift approve ${databaseId}`;
}

/** Says of tasks that begin to await approval how to approve them, each of them once as long as it waits. */
export interface WaitingLog {
  see(task: Pick<Task, 'databaseId' | 'task' | 'runId'>): void;
  /** Marks tasks as announced already. */
  skip(tasks: readonly Pick<Task, 'databaseId'>[]): void;
  /** Looks for tasks that no report of this process's worker tells of, such as gates, until the signal comes. */
  watch(client: Pick<Client, 'walkTasks'>, signal: AbortSignal): Promise<void>;
}

/** The most tasks that a look reads. */
const maxRead = 200;

/** Reads the tasks that await approval, the newest first and only so many. */
export function readWaiting(
  client: Pick<Client, 'walkTasks'>,
  signal: AbortSignal,
): Promise<{ rows: Task[]; more: boolean }> {
  return take(client.walkTasks({ status: ['AWAITING_APPROVAL'] }, { pageSize: maxRead, signal }), maxRead);
}

/** Makes what says of tasks that they await approval. */
export function createWaitingLog(log: (text: string) => void, pollIntervalMs = 5000): WaitingLog {
  let announced = new Set<number>();
  /** What was announced or seen since the current poll began. */
  let meanwhile = new Set<number>();
  const note = (id: number) => {
    announced.add(id);
    meanwhile.add(id);
  };
  const see: WaitingLog['see'] = (task) => {
    const wasAnnounced = announced.has(task.databaseId);
    note(task.databaseId);
    if (wasAnnounced) return;
    log(`${task.task} of ${task.runId} needs approval: ${unbroken(approvalCommand(task))}`);
  };
  return {
    see,
    skip(tasks) {
      for (const { databaseId } of tasks) note(databaseId);
    },
    async watch(client, signal) {
      while (!signal.aborted) {
        await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
        meanwhile = new Set();
        // A server that is away is asked again.
        const found = await readWaiting(client, signal).catch(() => undefined);
        if (found === undefined || signal.aborted) continue;
        for (const task of found.rows) see(task);
        // What was decided meanwhile may wait again. What began to wait during the look may not be among what it found.
        if (!found.more)
          announced = new Set([...found.rows.map(({ databaseId }) => databaseId), ...meanwhile]);
      }
    },
  };
}
