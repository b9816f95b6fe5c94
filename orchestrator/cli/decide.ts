import type { Command } from 'commander';
import {
  type Approval,
  type Client,
  expectType,
  RefusedError,
  type ShownTaskInput,
  type Task,
  taskOf,
} from '../../client/index.ts';
import { plural } from '../../contract/plural.ts';
import { lineOf, type Terminal } from '../terminal.ts';
import { fitLine, unbroken } from '../text/fitLine.ts';
import { describeAsked, describeVotes } from './approvalRows.ts';
import { canAsk, confirm } from './confirm.ts';
import { withConnection, withReader } from './connect.ts';
import { type CliContext, CliFault } from './context.ts';
import { take } from './list.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { parseCommit, parseTaskId } from './parse.ts';
import { sayUnclaimed } from './sayUnclaimed.ts';
import { toTable } from './table.ts';
import { askedColumns, paintStatus, taskPrinter, waitingPrinter } from './taskRows.ts';

/** `nightshift approvals`: what waits for a human. */
export function addApprovals(program: Command, context: CliContext): void {
  program
    .command('approvals')
    .description('list the tasks that await approval')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  nightshift approvals -o json')
    .action(({ output }: { output: Format }) =>
      withReader(context, async ({ client }) => {
        const { rows } = await take(client.walkTasks({ status: ['AWAITING_APPROVAL'] }), 10_000);
        printRows<Task>(context, rows, waitingPrinter, output);
        if (rows.length > 0 && output === 'table') {
          context.say(`\nDecide with: nightshift approve ${rows[0]?.databaseId}, or reject, or cancel`);
        }
      }),
    );
}

const decisions = {
  approve: 'approve what tasks made, so that they succeed, or that they run',
  reject: 'reject what tasks made, or that they run; they become failed',
};

interface DecideOptions {
  message?: string;
  expectedHead?: string;
  approval?: number;
  yes?: boolean;
}

/** `nightshift approve` and `reject`: decides about tasks by their numbers. */
export function addDecisions(program: Command, context: CliContext): void {
  for (const [name, about] of Object.entries(decisions)) {
    const action = name as keyof typeof decisions;
    program
      .command(action)
      .argument('<id...>', 'numbers of tasks', (text: string, ids: number[] | undefined) => [
        ...(ids ?? []),
        parseTaskId(text),
      ])
      .description(about)
      .option('-m, --message <note>', 'why, kept with the decision')
      .option(
        '--expected-head <commit>',
        'the head commit that you looked at: refuse when the one task’s pull request has another; needed with --yes where approving merges or labels',
        parseCommit,
      )
      .option(
        '--approval <number>',
        'the approval that you looked at, by its number in "nightshift view"; needed with --yes where a task asks a second time',
        parseTaskId,
      )
      .option('-y, --yes', 'do not ask; needed where nobody can be asked')
      .addHelpText(
        'after',
        `\nExamples:\n  nightshift ${action} 42 -m "looked at it"\n  nightshift ${action} 42 43 44 --yes`,
      )
      .action((given: number[], options: DecideOptions) => {
        const ids = [...new Set(given)];
        refuseSilence(context, options);
        if (options.expectedHead !== undefined && ids.length > 1)
          throw new CliFault('--expected-head is for one task: each pull request has a head of its own.', 2);
        if (options.approval !== undefined && ids.length > 1)
          throw new CliFault('--approval is for one task: each has approvals of its own.', 2);
        return withConnection(context, async ({ client }) => {
          const shown = options.yes ? undefined : await showAndAsk(context, client, action, ids);
          const asked = shown === undefined ? ids : [...shown.keys()];
          await decideAll(context, client, action, asked.filter(wasShown(context, action, shown)), {
            ...options,
            shown,
          });
        });
      });
  }
}

/** Lets through what was shown as something to decide: what a task makes later was never looked at. */
function wasShown(context: CliContext, action: string, shown: ReadonlyMap<number, ShownTask> | undefined) {
  return (id: number): boolean => {
    const seen = shown?.get(id);
    if (seen === undefined || seen.approvalId !== undefined) return true;
    context.say(
      `Could not ${action} task ${id}: it did not await approval when it was shown. See what it made: nightshift view ${id}`,
    );
    context.exitWith(1);
    return false;
  };
}

/** Where nobody can be asked, a decision must be meant. @throws CliFault */
export function refuseSilence(context: CliContext, { yes }: { yes?: boolean }): void {
  if (!yes && !canAsk(context))
    throw new CliFault('Nobody can be asked here: add --yes to decide without asking.', 2);
}

const maxTogether = 50;

/** What was shown of a task before somebody was asked about it. */
export type ShownTask = Partial<
  Pick<ShownTaskInput, 'expectedHeadSha' | 'expectedOutputsUri' | 'approvalId'>
>;

/** Decides about any number of tasks as they were shown, 50 with one call, and tells what came of each. */
export async function decideAll(
  context: CliContext,
  client: Client,
  action: 'approve' | 'reject' | 'cancel',
  ids: readonly number[],
  {
    message,
    expectedHead,
    approval,
    shown,
  }: DecideOptions & { shown?: ReadonlyMap<number, ShownTask> | undefined },
): Promise<void> {
  const released: string[] = [];
  for (let start = 0; start < ids.length; start += maxTogether) {
    const databaseIds = ids.slice(start, start + maxTogether);
    const input = {
      ...{ action: decisionNames[action], note: message ?? null },
      tasks: databaseIds.map((databaseId) => ({
        ...{ task: { databaseId }, ...shown?.get(databaseId) },
        ...(expectedHead === undefined ? {} : { expectedHeadSha: expectedHead }),
        ...(approval === undefined ? {} : { approvalId: approval }),
      })),
    };
    const { results } = expectType(await client.decideTasks(input), 'DecidedTasks');
    for (const [index, result] of results.entries()) {
      await unlessRefused(context, `${action} task ${databaseIds[index]}`, async () => {
        const task = taskOf(result);
        context.stdout.write(describeDecided(task, context.stdout));
        if (action === 'approve' && task.status !== 'AWAITING_APPROVAL') released.push(task.runId);
      });
    }
  }
  await sayUnclaimed(context, client, released);
}

const decisionNames = { approve: 'APPROVE', reject: 'REJECT', cancel: 'CANCEL' } as const;

/** Does one of several things; a refusal is told and does not keep the others from being done. */
export async function unlessRefused(
  context: CliContext,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    context.say(`Could not ${what}: ${error.message}`);
    context.exitWith(1);
  }
}

/** Says where a task stands after a decision, and what a vote that is not enough has come to. */
function describeDecided(task: Task & { approval: Approval | null }, stream: Terminal): string {
  const line = describeTask(task, stream);
  const votes = task.status === 'AWAITING_APPROVAL' && task.approval ? describeVotes(task.approval) : '';
  return votes === '' ? line : line.replace(/\n$/, `, ${votes}\n`);
}

/** Says in one line where a task stands now. */
export function describeTask({ databaseId, task, runId, status }: Task, stream: Terminal): string {
  return `${databaseId} ${task} of ${runId}: ${paintStatus(status.toLowerCase(), stream)}\n`;
}

/** What is said after a no. */
export const nothingDone = {
  approve: 'Nothing was decided.',
  reject: 'Nothing was decided.',
  cancel: 'Nothing was cancelled.',
};

/**
 * Shows the tasks and asks whether they are meant; gives what was shown of each. Says before of what is not there, and
 * asks nothing where nothing is. @throws Stopped when they are not meant
 */
export async function showAndAsk(
  context: CliContext,
  client: Client,
  action: keyof typeof nothingDone,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ShownTask>> {
  const found = await Promise.all(ids.map((databaseId) => client.task({ databaseId })));
  const tasks = found.filter((task) => task != null);
  sayMissing(
    context,
    'Task',
    ids.filter((_, index) => found[index] == null),
  );
  if (tasks.length === 0) return new Map();
  const asking = tasks.filter(({ approval }) => approval?.state === 'PENDING');
  // What they all have in common says nothing, and what each asks for stands below.
  const columns = asking.length === tasks.length ? askedColumns : taskPrinter(context.stderr, '').columns;
  context.say(toTable<Task>(tasks, columns, context.stderr));
  for (const task of asking) {
    const head = unbroken(`${task.databaseId}: `);
    const line = fitLine(head + lineOf(describeAsked(task)), context.stderr, head.length);
    context.stderr.write(`${line}\n`);
  }
  const which = tasks.length === 1 ? 'this task' : `these ${plural(tasks.length, 'task')}`;
  const question = `${action[0]?.toUpperCase()}${action.slice(1)} ${which}?`;
  await confirm(context, question, nothingDone[action]);
  return new Map(tasks.map((task) => [task.databaseId, shownOf(task)]));
}

/** Says of tasks or runs that they do not exist; nothing where all do. */
export function sayMissing(
  context: CliContext,
  kind: 'Task' | 'Run',
  keys: readonly (number | string)[],
): void {
  for (const key of keys) context.say(`${kind} ${key} does not exist.`);
  if (keys.length > 0) context.exitWith(1);
}

/** What a task looked like; one that has never awaited approval was nothing to decide. */
function shownOf({ outputsUri, approval }: NonNullable<Awaited<ReturnType<Client['task']>>>): ShownTask {
  if (approval == null) return {};
  const { databaseId: approvalId, pullRequest } = approval;
  if (approval.state !== 'PENDING') return { approvalId };
  return { approvalId, expectedOutputsUri: outputsUri ?? '', expectedHeadSha: pullRequest?.headSha ?? '' };
}
