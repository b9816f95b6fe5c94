import type { Client, ShownTaskInput, Task } from '../../client/index.ts';
import { plural } from '../../contract/text/plural.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { lineOf } from '../terminal.ts';
import { fitLine, unbroken } from '../text/fitLine.ts';
import { describeAsked } from './approvalRows.ts';
import { canAsk, confirm } from './confirm.ts';
import { type CliContext, UserError } from './context.ts';
import { toTable } from './table.ts';
import { askedColumns, taskPrinter } from './taskRows.ts';

/** What was shown of a task before somebody was asked about it. */
export type ShownTask = Partial<
  Pick<ShownTaskInput, 'expectedHeadSha' | 'expectedOutputsUri' | 'approvalId'>
>;

/** Requires --yes where nobody can be asked. @throws UserError */
export function requireConfirmation(context: CliContext, { yes }: { yes?: boolean }): void {
  if (!yes && !canAsk(context)) throw new UserError('Not a terminal: pass --yes to confirm.', 2);
}

/** What is printed after a no. */
export function nothingDone(action: DecisionAction): string {
  return action === 'cancel' ? 'Nothing was cancelled.' : 'Nothing was decided.';
}

/**
 * Shows the tasks, asks for confirmation, and gives what was shown of each. Names those that do not exist, and asks
 * nothing where none does. @throws Stopped on a no
 */
export async function confirmDecision(
  context: CliContext,
  client: Client,
  action: DecisionAction,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ShownTask>> {
  const found = await Promise.all(ids.map((databaseId) => client.task({ databaseId })));
  const tasks = found.filter((task) => task != null);
  printMissing(
    context,
    'Task',
    ids.filter((_, index) => found[index] == null),
  );
  if (tasks.length === 0) return new Map();
  const asking = tasks.filter(({ approval }) => approval?.state === 'PENDING');
  // What they all have in common says nothing, and what each asks for stands below.
  const columns = asking.length === tasks.length ? askedColumns : taskPrinter(context.stderr, '').columns;
  context.print(toTable<Task>(tasks, columns, context.stderr));
  for (const task of asking) {
    const head = unbroken(`${task.databaseId}: `);
    const line = fitLine(head + lineOf(describeAsked(task)), context.stderr, head.length);
    context.stderr.write(`${line}\n`);
  }
  const which = tasks.length === 1 ? 'this task' : `these ${plural(tasks.length, 'task')}`;
  const question = `${action[0]?.toUpperCase()}${action.slice(1)} ${which}?`;
  await confirm(context, question, nothingDone(action));
  return new Map(tasks.map((task) => [task.databaseId, shownOf(task)]));
}

/** Names the tasks or runs that do not exist. */
export function printMissing(
  context: CliContext,
  kind: 'Task' | 'Run',
  keys: readonly (number | string)[],
): void {
  for (const key of keys) context.print(`${kind} ${key} does not exist.`);
  if (keys.length > 0) context.exitWith(1);
}

/** What a task looked like; one that has never awaited approval was nothing to decide. */
function shownOf({ outputsUri, approval }: NonNullable<Awaited<ReturnType<Client['task']>>>): ShownTask {
  if (approval == null) return {};
  const { databaseId: approvalId, pullRequest } = approval;
  if (approval.state !== 'PENDING') return { approvalId };
  return { approvalId, expectedOutputsUri: outputsUri ?? '', expectedHeadSha: pullRequest?.headSha ?? '' };
}
