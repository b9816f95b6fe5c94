import { type Command, Option } from 'commander';
import type { Decision } from '../../client/index.ts';
import {
  type AuditKind,
  actionsOfKind,
  auditKinds,
  type RecordedAction,
  recordedActions,
} from '../../contract/words/decisions.ts';
import { graphqlName, wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { printMore, take } from './list.ts';
import { narrowDetail, narrowName, narrowText, narrowTime } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { parseCount, parseTaskId, parseTime } from './parse.ts';

interface AuditOptions {
  task?: number;
  run?: string;
  viewer?: string;
  action?: RecordedAction;
  kind?: AuditKind;
  refused?: boolean;
  since?: string;
  until?: string;
  limit: number;
  output: Format;
}

/** `nightshift audit`: every attempt to decide, newest first. */
export function addAudit(program: Command, context: CliContext): void {
  program
    .command('audit')
    .description('show the audit log, newest first: every decision, refused ones included, and other actions')
    .option('-t, --task <number>', 'only this task', parseTaskId)
    .option('-r, --run <id>', 'only tasks of this run')
    .option('--viewer <name>', 'only actions of this viewer')
    .addOption(new Option('--action <action>', 'only this action').choices(recordedActions))
    .addOption(
      new Option('--kind <kind>', 'only who may come in (access), or only tasks and plans (work)').choices(
        auditKinds,
      ),
    )
    .option('--refused', 'only refused attempts')
    .option('--since <time>', 'at or after this time: 2025-01-15, an ISO time, or 7d (days ago)', parseTime)
    .option('--until <time>', 'before this time', parseTime)
    .option('-n, --limit <number>', 'maximum number of rows, up to 10000', parseCount(10_000), 50)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExamples:\n  nightshift audit --task 42\n  nightshift audit --refused --since 7d\n  nightshift audit --kind access\n  nightshift audit -n 10000 -o csv > decisions.csv',
    )
    .action(({ task, run, viewer, action, kind, refused, since, until, limit, output }: AuditOptions) =>
      withReader(context, async ({ client }) => {
        const filter = {
          taskDatabaseId: task,
          runId: run,
          viewer,
          since,
          until,
          ...actionsOf({ action, kind }),
          ...(refused ? { outcome: ['REFUSED' as const] } : {}),
        };
        const pageSize = Math.min(200, limit + 1);
        const { rows, more } = await take(client.walkDecisions(filter, { pageSize }), limit);
        printRows<Decision>(context, rows, printerOf({ task, run, action, kind }), output);
        if (more) printMore(context, rows.length);
      }),
    );
}

function actionsOf({ action, kind }: Pick<AuditOptions, 'action' | 'kind'>) {
  if (action !== undefined) return { action: [graphqlName(action)] };
  return kind === undefined ? {} : { action: actionsOfKind(kind).map(graphqlName) };
}

type Wanted = Pick<AuditOptions, 'task' | 'run' | 'action' | 'kind'>;

/** What entries about access are about has no run, and what is about tasks is one. */
function printerOf({ task, run, action, kind }: Wanted): Printer<Decision> {
  const isOfTasks = task !== undefined || run !== undefined;
  const isAccess = action === undefined ? kind === 'access' : actionsOfKind('access').includes(action);
  const head = isOfTasks ? 'TASK' : isAccess ? 'SUBJECT' : 'TASK OR SUBJECT';
  const columns = printer.columns
    .filter((column) => isOfTasks || !isAccess || column.head !== 'RUN')
    .map((column) => (column.show === describeSubject ? { ...column, head } : column));
  return { ...printer, columns };
}

const printer: Printer<Decision> = {
  empty: 'No matching entries in the audit log.',
  columns: [
    { head: 'WHEN', show: ({ decidedAt }) => showTime(decidedAt), narrow: narrowTime },
    { head: 'TASK OR SUBJECT', show: describeSubject, narrow: narrowName },
    { head: 'RUN', show: ({ runId }) => runId ?? '', narrow: narrowName },
    { head: 'ACTION', show: ({ action }) => wordOf(action) },
    { head: 'OUTCOME', show: ({ outcome }) => wordOf(outcome) },
    {
      head: 'BY',
      show: ({ viewer, actingFor }) => (actingFor === null ? viewer : `${viewer} for ${actingFor}`),
      narrow: narrowName,
    },
    { head: 'VIA', show: ({ via }) => wordOf(via), narrow: narrowDetail },
    {
      head: 'NOTE OR REFUSAL',
      show: ({ note, refusal }) => [note, refusal].filter(Boolean).join('; '),
      narrow: narrowText,
    },
  ],
  fields: {
    id: ({ databaseId }) => databaseId,
    decided_at: ({ decidedAt }) => decidedAt,
    task_id: ({ taskDatabaseId }) => taskDatabaseId,
    subject: ({ subject }) => subject,
    task: ({ task }) => task,
    run_id: ({ runId }) => runId,
    action: ({ action }) => wordOf(action),
    outcome: ({ outcome }) => wordOf(outcome),
    viewer: ({ viewer }) => viewer,
    acting_for: ({ actingFor }) => actingFor,
    viewer_kind: ({ viewerKind }) => viewerKind && wordOf(viewerKind),
    proof: ({ proof }) => proof && wordOf(proof),
    groups: ({ groups }) => groups.join(', '),
    via: ({ via }) => wordOf(via),
    address: ({ address }) => address,
    note: ({ note }) => note,
    refusal: ({ refusal }) => refusal,
    head: ({ headSha }) => headSha,
    repository: ({ repository }) => repository,
    pull_number: ({ pullNumber }) => pullNumber,
    link_sha256: ({ linkSha256 }) => linkSha256,
    excerpt_sha256: ({ excerptSha256 }) => excerptSha256,
    policy: ({ policy }) => policy,
    plan_hash: ({ planHash }) => planHash,
    from_status: ({ fromStatus }) => fromStatus && wordOf(fromStatus),
    to_status: ({ toStatus }) => toStatus && wordOf(toStatus),
  },
};

/** The task, and the plan, delivery or time where it was of that. */
function describeSubject({ taskDatabaseId, task, subject }: Decision): string {
  return [taskDatabaseId, task, subject].filter((part) => part != null).join(' ');
}
