import type { Command } from 'commander';
import type { Client, Run } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { formatDuration } from '../../contract/text/duration.ts';
import { printableJson } from '../../contract/text/plainText.ts';
import { plural } from '../../contract/text/plural.ts';
import { shellWord } from '../../contract/text/shellWord.ts';
import { wordOf } from '../../contract/words/words.ts';

import { lineOf, type Terminal } from '../terminal.ts';
import { fitLine } from '../text/fitLine.ts';
import { showTime } from '../text/showTime.ts';
import {
  approvalRecord,
  describeCommand,
  describeDecision,
  describeGate,
  describePullAction,
  describePullRequest,
  describeWait,
} from './approvalRows.ts';
import { attemptRecords, attemptTable } from './attemptRows.ts';
import { withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { take } from './list.ts';
import { type Format, outputOption, printRecords, printRows, recordOf } from './output.ts';
import { parseCount } from './parse.ts';
import { whyUnclaimed } from './printUnclaimed.ts';
import { describeCounts, paintStatus, runFields, runTaskPrinter, taskFields } from './taskRows.ts';
import { type Card, cardRecord, cardRows } from './viewCard.ts';

/** `nightshift view`: one task with its log excerpt, or one run with its tasks. */
export function addView(program: Command, context: CliContext): void {
  program
    .command('view <task-or-run>')
    .description('show a task by its ID, or a run by its ID')
    .option(
      '-n, --limit <number>',
      'of a run: maximum number of tasks, up to 10000',
      parseCount(10_000),
      1000,
    )
    .option(
      '--attempt <number>',
      'of a task: the output of this attempt, not of the last one',
      parseCount(1000),
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExamples:\n  nightshift view 42\n  nightshift view 42 --attempt 1\n  nightshift view nightly-2025-01-15',
    )
    .action((key: string, { limit, attempt, output }: ViewOptions) =>
      withReader(context, async ({ client }) => {
        const id = /^\d{1,10}$/.test(key) ? Number(key) : undefined;
        const task = id !== undefined && id <= 2_147_483_647 ? await readWhole(client, id) : undefined;
        if (task !== undefined)
          return showTask(context, task, await client.attempts(task.databaseId), { attempt, output });
        const run = await client.run(key);
        if (run !== null && run !== undefined) return showRun(context, client, run, { limit, output });
        throw new UserError(
          id === undefined
            ? `There is no run ${key}. "nightshift runs" lists those that exist.`
            : `There is no task ${key}. "nightshift list" lists those that exist.`,
        );
      }),
    );
}

interface ViewOptions {
  limit: number;
  attempt?: number;
  output: Format;
}

type WholeTask = NonNullable<Awaited<ReturnType<Client['task']>>> & { card: Card | null };
type Attempts = Awaited<ReturnType<Client['attempts']>>;

/** Reads a task, and where it waits for a decision what one wants to know for that. */
async function readWhole(client: Client, databaseId: number): Promise<WholeTask | undefined> {
  const task = await client.task({ databaseId });
  if (task == null) return undefined;
  const isAsked = task.approval?.state === 'PENDING';
  return { ...task, card: (isAsked ? await client.approvalCard({ databaseId }) : null) ?? null };
}

function showTask(
  context: CliContext,
  task: WholeTask,
  attempts: Attempts,
  { attempt, output }: { attempt: number | undefined; output: Format },
): void {
  const logExcerpt =
    attempt === undefined ? task.logExcerpt : attemptNumbered(attempts, attempt, task).logExcerpt;
  const record = { ...recordOf(task, taskFields), outputs: task.outputs, log_excerpt: logExcerpt };
  const { stdout } = context;
  if (output === 'csv') return void printRecords(context, [record], Object.keys(record), 'csv');
  if (output === 'json') {
    const approval = task.approval && { ...approvalRecord(task.approval), ...cardRecord(task.card) };
    const waits = { waiting_for: task.waitingFor && waitingRecord(task.waitingFor) };
    const whole = {
      ...record,
      remarks: task.remarks,
      approval,
      ...waits,
      attempts: attemptRecords(attempts),
    };
    return void stdout.write(`${printableJson(whole, 2)}\n`);
  }
  stdout.write(describeTask(task, stdout));
  if (attempts.length > 0) stdout.write(`\n${attemptTable(attempts, stdout)}\n`);
  if (logExcerpt) stdout.write(`\n${logExcerpt}\n`);
  const others = attempts.slice(0, -1).filter((one) => one.logExcerpt);
  if (attempt === undefined && others.length > 0)
    context.print(
      `\nThis is the output of the last attempt. For an earlier one: nightshift view ${task.databaseId} --attempt ${others.at(-1)?.number}`,
    );
}

function attemptNumbered(attempts: Attempts, wanted: number, { databaseId }: WholeTask): Attempts[number] {
  const found = attempts.find(({ number }) => number === wanted);
  if (found) return found;
  const numbers = attempts.map(({ number }) => number);
  const known = numbers.length === 0 ? 'none' : numbers.join(', ');
  throw new UserError(`Task ${databaseId} has no attempt ${wanted}; it has ${known}.`);
}

function waitingRecord({ holder, ...waiting }: NonNullable<WholeTask['waitingFor']>) {
  return { ...waiting, kind: wordOf(waiting.kind), holder_id: holder?.databaseId ?? null };
}

function describeTask(task: WholeTask, stdout: Terminal): string {
  const facts = [
    ['Task', `${task.databaseId} ${task.task}`],
    ['Run', task.runId],
    ['Status', paintStatus(wordOf(task.status), stdout)],
    ['Started', showTime(task.startedAt)],
    ['Finished', showTime(task.finishedAt)],
    ['Took', task.durationMs === null ? '' : formatDuration(task.durationMs)],
    ['Command', describeCommand(task)],
    ['Inputs', task.inputs === null ? '' : JSON.stringify(task.inputs)],
    ['Reason', task.reason ?? ''],
    ['Acknowledged', describeAcknowledgement(task)],
    ...[...task.remarks, task.approval?.remark ?? ''].map((remark) => ['Remark', remark]),
    ['Outputs', describeOutputs(task.outputs ?? {})],
    ['Link', task.outputsUri ?? ''],
    [
      'Approval',
      [task.approval?.state === 'PENDING' && `number ${task.approval.databaseId},`, describeDecision(task)]
        .filter(Boolean)
        .join(' '),
    ],
    ['Waits for', task.approval ? describeWait(task.approval) : ''],
    ['Gate', task.approval ? describeGate(task.approval) : ''],
    task.approval?.state === 'PENDING' ? ['Waits', ''] : describeWaiting(task.waitingFor),
    ['Pull request', task.approval ? describePullRequest(task.approval) : ''],
    ...(task.card ? cardRows(task.card) : []),
    ['On approval', task.approval ? describePullAction(task.approval) : ''],
    ['Notified', showTime(task.webhookNotifiedAt)],
    ['Webhook error', task.webhookError ?? ''],
  ].filter(([, value]) => value !== '');
  const lines = facts.map(([name, value]) =>
    fitLine(`${`${name}:`.padEnd(15)}${lineOf(value ?? '')}`, stdout, 15, name !== 'Link'),
  );
  return `${lines.join('\n')}\n`;
}

/** Says who is on a failure, since when, and what they wrote. */
function describeAcknowledgement({ acknowledgement }: WholeTask): string {
  if (acknowledgement == null) return '';
  const { by, at, note } = acknowledgement;
  return `by ${by} at ${showTime(at)}${note === null ? '' : `: ${note}`}`;
}

/** What a task waits for, under a name that goes with it. */
function describeWaiting(waiting: WholeTask['waitingFor']): [string, string] {
  if (waiting == null) return ['Waits', ''];
  const why = whyUnclaimed(waiting);
  return why === undefined ? ['Waits', waiting.reason] : ['Waits for', `a worker; ${why}`];
}

function describeOutputs(outputs: object): string {
  return Object.entries(outputs)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** Says which plan a run is of, and who started it; nothing for tasks that were reported from outside. */
function describeOrigin({ plan, project, startedBy }: Run): string {
  if (plan === null) return '';
  const by = startedBy === null ? '' : `, started by ${startedBy}`;
  return lineOf(`Plan ${planLabel({ project, name: plan })}${by}`);
}

async function showRun(
  context: CliContext,
  client: Client,
  run: Run,
  { limit, output }: { limit: number; output: Format },
): Promise<void> {
  const { rows, more } = await take(client.walkTasks({ runId: [run.runId] }, { pageSize: 200 }), limit);
  const waiting = run.counts.queued > 0 ? await client.waitingTasks(run.runId) : undefined;
  // What it waits for takes the place of a reason, which a queued task has from its last attempt only.
  const tasks = rows.toReversed().map((task) => {
    const wait = waiting?.get(task.databaseId);
    return wait == null ? task : { ...task, reason: whyUnclaimed(wait) ?? wait.reason };
  });
  if (output === 'json') {
    const record = {
      ...recordOf(run, runFields),
      tasks: rows.toReversed().map((task) => {
        const waits = waiting?.get(task.databaseId);
        return { ...recordOf(task, taskFields), waiting_for: waits ? waitingRecord(waits) : null };
      }),
    };
    context.stdout.write(`${printableJson(record, 2)}\n`);
    return more ? printRest(context, run, rows.length) : undefined;
  }
  if (output === 'table') {
    const facts = [
      describeCounts(run),
      run.startedAt === null ? '' : `started ${showTime(run.startedAt)}`,
      run.durationMs === null ? '' : `took ${formatDuration(run.durationMs)}`,
    ].filter(Boolean);
    const head = [`${lineOf(run.runId)}: ${facts.join(', ')}`, describeOrigin(run)].filter(Boolean);
    context.stdout.write(`${fitLine(head.join('\n'), context.stdout, 2)}\n\n`);
  }
  printRows(context, tasks, runTaskPrinter(context.stdout, run, tasks), output);
  if (more) printRest(context, run, rows.length);
}

/** Says of a run of which not all is shown how many tasks it has, and how to see them. */
function printRest({ print }: CliContext, { runId, counts }: Run, shown: number): void {
  const of = `${shown.toLocaleString('en')} of its ${plural(counts.total, 'task')}`;
  print(
    `\nShowing ${of}: those that have not started, and the latest of the others. To see more, or only some:`,
  );
  const most = Math.min(counts.total, 10_000);
  if (most > shown) print(`  nightshift view ${shellWord(runId)} --limit ${most}`);
  print(`  nightshift list --run ${runId} --status failed`);
}
