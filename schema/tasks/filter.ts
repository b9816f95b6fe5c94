import { readInput } from '../../domain/input/read.ts';
import { ofFailures, type TaskFilter, taskFilter } from '../../domain/tasks/input.ts';
import { searchDays } from '../../domain/tasks/search.ts';
import { builder } from '../builder.ts';
import { ApprovalStateEnum, TaskStatusEnum } from '../enums.ts';
import { inFilter } from '../inFilter.ts';

/** Which tasks a list holds, as GraphQL callers write it. */
export const TaskFilterInput = builder.inputType('TaskFilter', {
  description:
    'Filters tasks. Of several values in one field, any may match; of several fields, all must match.',
  fields: (t) => ({
    status: t.field({ type: [TaskStatusEnum], description: 'Any of these statuses.' }),
    task: t.stringList({ description: 'Any of these steps, e.g. `seo.validate`; at most 50.' }),
    runId: t.stringList({ description: 'Any of these runs, e.g. `nightly-2025-01-15`; at most 50.' }),
    approvalState: t.field({ type: [ApprovalStateEnum], description: 'Any of these approval states.' }),
    acknowledged: t.boolean({
      description:
        'True: only failures that somebody has acknowledged. False: only failures that nobody has; rejected tasks are none. Implies the status `FAILED`.',
    }),
    since: t.field({ type: 'DateTime', description: 'Started at this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Started before this time.' }),
    text: t.string({
      description: `With this text in the name of the step or run, the reason, the approval note or the link; not in the log excerpt. 2 to 100 characters, taken literally, in small or capital letters alike. Searches what started within \`since\` and \`until\`: the last ${searchDays.default} days without \`since\`, and at most ${searchDays.max} days. A page looks at 20,000 tasks at most, so it may hold fewer than you asked for, or none, and still have a next page. \`totalCount\` looks at 200,000.`,
    }),
  }),
});

/** What arrives for it. */
export type TaskFilterArgument = typeof TaskFilterInput.$inferInput;

/** Reads a filter. @throws InvalidInputError that names the field as the caller wrote it */
export function readFilter(filter: TaskFilterArgument | null | undefined): TaskFilter {
  const { status, task, runId, approvalState, acknowledged, since, until, text, ...forgotten } = filter ?? {};
  // A field that is declared above and not handed on here does not compile.
  forgotten satisfies Record<string, never>;
  return inFilter(ownNames, () =>
    ofFailures(
      readInput(taskFilter, {
        statuses: unique(status),
        tasks: unique(task),
        runIds: unique(runId),
        approvalStates: unique(approvalState),
        acknowledged,
        since,
        until,
        text,
      }),
    ),
  );
}

function unique<T>(values: T[] | null | undefined): T[] | undefined {
  return values == null ? undefined : [...new Set(values)];
}

const ownNames: Record<string, string> = {
  statuses: 'status',
  tasks: 'task',
  runIds: 'runId',
  approvalStates: 'approvalState',
};
