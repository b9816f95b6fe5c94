import type { Command } from 'commander';
import {
  type Approval,
  type Client,
  expectType,
  RefusedError,
  type Task,
  taskOf,
} from '../../client/index.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { graphqlName, wordOf } from '../../contract/words/words.ts';
import type { Terminal } from '../terminal.ts';
import { describeVotes } from './approvalRows.ts';
import { cardPrinter, type WaitingCard } from './cardRows.ts';
import { confirmDecision, requireConfirmation, type ShownTask } from './confirmDecision.ts';
import { withConnection, withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { printFrozen } from './freeze.ts';
import { take } from './list.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { parseApprovalId, parseCommit, parseTaskId } from './parse.ts';
import { printUnclaimed } from './printUnclaimed.ts';
import { paintStatus } from './taskRows.ts';

/** `nightshift approvals`: what waits for a human. */
export function addApprovals(program: Command, context: CliContext): void {
  program
    .command('approvals')
    .description('list the tasks that need approval, by expiry')
    .option('--mine', 'only those that wait for you: you may approve them and have not')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  nightshift approvals --mine\n  nightshift approvals -o json')
    .action(({ mine = false, output }: { mine?: boolean; output: Format }) =>
      withReader(context, async ({ client }) => {
        const { rows } = await take(client.walkApprovals(mine ? { mine } : {}), 10_000);
        printRows<WaitingCard>(context, rows, cardPrinter(mine), output);
        if (rows.length > 0 && output === 'table') {
          context.print(
            `\nDecide with: nightshift approve ${rows[0]?.task.databaseId}, or reject, or cancel`,
          );
        }
      }),
    );
}

/** The decisions that are commands of their own, as `--help` describes them; `cancel` ends runs as well. */
const decisions: Record<Exclude<DecisionAction, 'cancel'>, string> = {
  approve: 'approve tasks: they succeed or, with a gate, run',
  reject: 'reject tasks: they fail',
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
      .argument('<id...>', 'task IDs', (text: string, ids: number[] | undefined) => [
        ...(ids ?? []),
        parseTaskId(text),
      ])
      .description(about)
      .option('-m, --message <note>', 'note to store with the decision')
      .option(
        '--expected-head <commit>',
        'the head commit that you reviewed: fails if the pull request has another one; required with --yes if approving merges or labels it',
        parseCommit,
      )
      .option(
        '--approval <number>',
        'the approval that you reviewed, by its number in "nightshift view"; required with --yes if a task asks for approval a second time',
        parseApprovalId,
      )
      .option('-y, --yes', 'do not ask for confirmation; required without a terminal')
      .addHelpText(
        'after',
        `\nExamples:\n  nightshift ${action} 42 -m "reviewed"\n  nightshift ${action} 42 43 44 --yes`,
      )
      .action((given: number[], options: DecideOptions) => {
        const ids = [...new Set(given)];
        requireConfirmation(context, options);
        if (options.expectedHead !== undefined && ids.length > 1)
          throw new UserError(
            '--expected-head works with one task only: each pull request has its own head.',
            2,
          );
        if (options.approval !== undefined && ids.length > 1)
          throw new UserError('--approval works with one task only: each task has its own approvals.', 2);
        return withConnection(context, async ({ client }) => {
          const shown = options.yes ? undefined : await confirmDecision(context, client, action, ids);
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
    context.print(
      `Could not ${action} task ${id}: it was not waiting for approval when it was shown. Review it first: nightshift view ${id}`,
    );
    context.exitWith(1);
    return false;
  };
}

const maxTogether = 50;

/** Decides about any number of tasks as they were shown, 50 with one call, and prints the result of each. */
export async function decideAll(
  context: CliContext,
  client: Client,
  action: DecisionAction,
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
      action: graphqlName(action),
      note: message ?? null,
      tasks: databaseIds.map((databaseId) => ({
        task: { databaseId },
        ...shown?.get(databaseId),
        ...(expectedHead === undefined ? {} : { expectedHeadSha: expectedHead }),
        ...(approval === undefined ? {} : { approvalId: approval }),
      })),
    };
    const { results } = expectType(await client.decideTasks(input), 'DecidedTasks');
    for (const [index, result] of results.entries()) {
      await collectRefusals(context, `${action} task ${databaseIds[index]}`, async () => {
        const task = taskOf(result);
        context.stdout.write(describeDecided(task, context.stdout));
        if (action === 'approve' && task.status !== 'AWAITING_APPROVAL') released.push(task.runId);
      });
    }
  }
  if (action === 'approve') await printFrozen(context, client);
  await printUnclaimed(context, client, released);
}

/** Does one of several things; a refusal is printed and does not stop the others. */
export async function collectRefusals(
  context: CliContext,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    context.print(`Could not ${what}: ${error.message}`);
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
  return `${databaseId} ${task} of ${runId}: ${paintStatus(wordOf(status), stream)}\n`;
}
