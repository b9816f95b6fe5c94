import { shownInput } from '../../domain/approvals/shown.ts';
import {
  AlreadyDecidedError,
  DecisionIsFinalError,
  HeadMovedError,
  IllegalTransitionError,
  InvalidInputError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { decisionIn, updateTask } from '../../domain/reporting/update.ts';
import { taskChanges } from '../../domain/tasks/input.ts';
import { scopesToDecide } from '../approvals/scopesToDecide.ts';
import { shownFields } from '../approvals/shownFields.ts';
import { builder } from '../builder.ts';
import { ApprovalStateEnum, TaskStatusEnum } from '../enums.ts';
import { TaskType } from '../tasks/task.ts';
import { type NamesTask, readTaskId, taskKeyFields } from '../tasks/taskId.ts';

const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'What changes in a task: only the given fields change, an explicit null clears one.',
  fields: (t) => ({
    ...taskKeyFields(t),
    status: t.field({ type: TaskStatusEnum, description: 'Where the task stands now; cannot be cleared.' }),
    startedAt: t.field({ type: 'DateTime', description: 'When it started.' }),
    finishedAt: t.field({ type: 'DateTime', description: 'When it ended.' }),
    durationMs: t.field({
      type: 'SafeInt',
      description: 'Run time of the command in milliseconds, at most 2,147,483,647 (24.8 days).',
    }),
    outputsUri: t.string({
      description:
        'Link to what it made, at most 512 characters. Only http(s) becomes something to click; `javascript:` and its kind are dropped, with a remark.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of its output; of more than 64 KB the beginning and the end are kept. Escape sequences and control characters are taken out, lone surrogates mended.',
    }),
    approvalState: t.field({
      type: ApprovalStateEnum,
      description:
        'The older way to decide: `APPROVED`, `REJECTED` or `CANCELLED` go the way of `approveTask` and its kind, and need the `approve` scope.',
      deprecationReason: 'Use `approveTask`, `rejectTask`, `cancelTask` or `decideTasks`.',
    }),
    approvalNote: t.string({
      description: 'What there is to say about the approval; at most 4,000 characters.',
    }),
    ...shownFields(t, 'Use it with `approveTask`, `rejectTask`, `cancelTask` or `decideTasks`.'),
    webhookNotifiedAt: t.field({
      type: 'DateTime',
      description: 'When a receiver accepted the notification that the task awaits approval.',
    }),
    webhookError: t.string({
      description: 'Why the last try to notify failed, cut off after 4,000 characters; null clears it.',
    }),
  }),
});

builder.mutationFields((t) => ({
  updateTask: t.field({
    type: TaskType,
    description:
      'Changes a task that an outside reporter runs. Its status moves only as the status table allows; of a task that the engine runs, and once a task was decided, only `webhookNotifiedAt` and `webhookError` change. Another link voids the votes so far. A task that was failed for the silence of its reporter takes what that says afterwards, once. Needs the `report` scope.',
    authScopes: async (_root, { input }, context) => {
      const action = decisionIn(input);
      const more = action && (await scopesToDecide(context, action, () => [readTaskId(input)]));
      return { report: true, ...more };
    },
    errors: {
      types: [
        InvalidInputError,
        NotFoundError,
        IllegalTransitionError,
        NotAwaitingApprovalError,
        AlreadyDecidedError,
        MayNotDecideError,
        HeadMovedError,
        NotAsShownError,
        DecisionIsFinalError,
      ],
    },
    args: {
      input: t.arg({ type: UpdateTaskInput, required: true, description: 'The task and its changes.' }),
    },
    resolve: (_root, { input }, { store, viewer, via }) => {
      const id = readTaskId(input);
      return updateTask(store, viewer, id, readInput(changesInput, toChanges(input)), via);
    },
  }),
}));

const changesInput = taskChanges.extend(shownInput.shape);

function toChanges<I extends NamesTask>({ task, id, databaseId, ...changes }: I) {
  return changes;
}
