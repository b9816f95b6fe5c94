import type { Task } from '../../client/index.ts';
import { isOpenStatus } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';
import { describeEnd } from '../progress/lines.ts';
import type { Terminal } from '../terminal.ts';
import { unbroken } from '../text/fitLine.ts';
import { approvalCommand } from './printWaiting.ts';

/** Says in one line what has become of a task of a watched run; undefined where nothing has that anybody wants to know. */
export function describeChange(task: Task, before: Task | undefined, stream: Terminal): string | undefined {
  if (before?.status === task.status) return undefined;
  const name = `${task.databaseId} ${task.task}`;
  if (task.status === 'RUNNING') return `${name} started`;
  if (task.status === 'QUEUED') return before && `${name} ${describeQueued(task, before)}`;
  const end = describeEnd({ ...task, status: wordOf(task.status) }, name, stream);
  return task.status === 'AWAITING_APPROVAL' ? `${end}; ${unbroken(approvalCommand(task))}` : end;
}

/** Says why a task is queued that was something else before. */
function describeQueued({ reason }: Task, before: Task): string {
  if (before.status === 'AWAITING_APPROVAL') return 'was approved to run, and is queued';
  if (before.status === 'RUNNING') return `will be retried (${reason ?? 'it did not succeed'})`;
  return 'was retried by someone, and is queued';
}

/** Says whether nothing of a run is queued or running any more. */
export function isOver(tasks: Iterable<Task>): boolean {
  return [...tasks].every((task) => !isOpen(task));
}

/** Says whether a task has still to run, or runs. */
export function isOpen({ status }: Pick<Task, 'status'>): boolean {
  return isOpenStatus(wordOf(status));
}
