import { type DecisionAction, decisionActions, decisionFacts } from '../../contract/words/decisions.ts';
import { decideTask } from '../../domain/approvals/decide.ts';
import { decideTasks, maxDecidedTogether, refusals } from '../../domain/approvals/decideTasks.ts';
import { shownInput } from '../../domain/approvals/shown.ts';
import {
  AlreadyDecidedError,
  HeadMovedError,
  InvalidInputError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { decisionNote } from '../../domain/tasks/input.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';
import { TaskType } from '../tasks/task.ts';
import { readTaskId, readTaskIds, taskKeyFields } from '../tasks/taskId.ts';
import { scopesToDecide } from './scopesToDecide.ts';
import { shownFields } from './shownFields.ts';

const detailsInput = shownInput.extend({ note: decisionNote });

for (const action of decisionActions) declareDecision(action);

/** One mutation for each decision. The approver is the viewer; the same decision again is a success. */
function declareDecision(action: DecisionAction): void {
  const name = `${action}Task` as const;
  const Input = builder.inputType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, {
    description: `Which task to ${action}, and why.`,
    fields: (t) => ({
      ...taskKeyFields(t),
      ...shownFields(t),
      note: t.string({ description: 'The reason; at most 4,000 characters.' }),
    }),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: TaskType,
      description: `${decisionFacts[action].does} You are recorded as the approver. Repeating the same decision succeeds and changes nothing. Requires the \`approve\` scope.`,
      authScopes: (_root, { input }, context) =>
        scopesToDecide(context, { needed: needs(name), action }, () => [readTaskId(input)]),
      errors: {
        types: [
          InvalidInputError,
          NotFoundError,
          NotAwaitingApprovalError,
          AlreadyDecidedError,
          MayNotDecideError,
          HeadMovedError,
          NotAsShownError,
        ],
      },
      args: {
        input: t.arg({ type: Input, required: true, description: `Which task to ${action}, and why.` }),
      },
      resolve: (_root, { input }, { store, viewer, via }) => {
        const { task: _task, id: _id, databaseId: _databaseId, ...rest } = input;
        const details = readInput(detailsInput, rest);
        return decideTask(store, viewer, readTaskId(input), action, { ...details, via });
      },
    }),
  );
}

const ActionEnum = enumOf('DecisionAction', decisionFacts, {
  description: 'A decision about a task.',
});

const ShownTaskInput = builder.inputType('ShownTaskInput', {
  description: 'A task to decide, and what you reviewed.',
  fields: (t) => ({ ...taskKeyFields(t), ...shownFields(t) }),
});

const DecideTasksInput = builder.inputType('DecideTasksInput', {
  description: 'Which tasks to decide, how and why.',
  fields: (t) => ({
    action: t.field({ type: ActionEnum, required: true, description: 'The decision, the same for each.' }),
    tasks: t.field({
      type: [ShownTaskInput],
      description: `The tasks, each with what you reviewed, 1 to ${maxDecidedTogether}. Prefer this to \`ids\` and \`databaseIds\`, which are deprecated.`,
    }),
    ids: t.idList({
      description: 'Deprecated: the global `id`s of the tasks.',
      deprecationReason: 'Use `tasks: [{ task: { id: … } }]`.',
    }),
    databaseIds: t.intList({
      description: 'Deprecated: the IDs of the tasks in REST and SQL.',
      deprecationReason: 'Use `tasks: [{ task: { databaseId: … } }]`.',
    }),
    note: t.string({ description: 'The reason; at most 4,000 characters.' }),
    expectedHeadSha: t.string({
      description:
        'The head commit that you reviewed, for each task that does not name its own; empty if you were shown none. A task is refused if its pull request has another head commit.',
    }),
  }),
});

const DecidedTasks = builder.objectRef<Awaited<ReturnType<typeof decideTasks>>>('DecidedTasks').implement({
  description: 'The results of several decisions.',
  fields: (t) => ({
    results: t.field({
      type: [TaskType],
      description: 'For each task, in the order given: the task, or why it was not decided.',
      itemErrors: {
        types: [...refusals],
        union: { name: 'DecideTaskResult' },
      },
      resolve: (results) =>
        results.map((result) => (result instanceof Error ? Promise.reject(result) : result)),
    }),
  }),
});

builder.mutationField('decideTasks', (t) =>
  t.field({
    type: DecidedTasks,
    description:
      'Decides several tasks the same way. Each task is decided separately, as by `approveTask`, `rejectTask` or `cancelTask`; one failure does not affect the others. Requires the `approve` scope.',
    authScopes: (_root, { input }, context) =>
      scopesToDecide(context, { needed: needs('decideTasks'), action: input.action }, () =>
        readTaskIds(input),
      ),
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({ type: DecideTasksInput, required: true, description: 'Which tasks, how and why.' }),
    },
    resolve: (_root, { input }, { store, viewer, via }) => {
      const { action, tasks } = input;
      const { note, expectedHeadSha } = readInput(detailsInput, {
        note: input.note,
        expectedHeadSha: input.expectedHeadSha,
      });
      const ids = readTaskIds(input);
      const shown = ids.map((id, index) => {
        const { expectedHeadSha: head, expectedOutputsUri, approvalId } = tasks?.[index] ?? {};
        const own = readInput(shownInput, { expectedHeadSha: head, expectedOutputsUri, approvalId });
        return { id, ...own, expectedHeadSha: own.expectedHeadSha ?? expectedHeadSha };
      });
      return decideTasks(store, viewer, shown, action, { note, via });
    },
  }),
);
