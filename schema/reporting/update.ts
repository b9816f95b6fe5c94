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
import { internal } from '../internal.ts';
import { needsBoth, needsUnlessWorking } from '../needs.ts';
import { isOwnNote } from '../ownWork.ts';
import { TaskType } from '../tasks/task.ts';
import { type NamesTask, readTaskId, taskKeyFields } from '../tasks/taskId.ts';

const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'What to change in a task. Omitted fields are unchanged; null clears a field.',
  fields: (t) => ({
    ...taskKeyFields(t),
    status: t.field({ type: TaskStatusEnum, description: 'The status of the task; cannot be cleared.' }),
    startedAt: t.field({ type: 'DateTime', description: 'When it started.' }),
    finishedAt: t.field({ type: 'DateTime', description: 'When it ended.' }),
    durationMs: t.field({
      type: 'SafeInt',
      description: 'Run time of the command in milliseconds, at most 2,147,483,647 (24.8 days).',
    }),
    outputsUri: t.string({
      description:
        'Link to its output, at most 512 characters. Only http(s) links can be clicked; `javascript:` and similar ones are dropped, with a remark.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of its output. If longer than 64 KB, the beginning and the end are kept. Escape sequences and control characters are removed, lone surrogates replaced.',
    }),
    approvalState: t.field({
      type: ApprovalStateEnum,
      description:
        'Deprecated way to decide: `APPROVED`, `REJECTED` and `CANCELLED` work like `approveTask`, `rejectTask` and `cancelTask`, and require the `approve` scope.',
      deprecationReason: 'Use `approveTask`, `rejectTask`, `cancelTask` or `decideTasks`.',
    }),
    approvalNote: t.string({
      description: 'A note about the approval; at most 4,000 characters.',
    }),
    ...shownFields(t, 'Use it with `approveTask`, `rejectTask`, `cancelTask` or `decideTasks`.'),
    webhookNotifiedAt: t.field({
      type: 'DateTime',
      description: 'When a receiver accepted the notification that the task needs approval.',
    }),
    webhookError: t.string({
      description: 'Why the last delivery attempt failed, cut off after 4,000 characters; null clears it.',
    }),
    leaseId: t.string({
      description: internal(
        'The lease of your attempt at the task. It lets you set `webhookNotifiedAt` and `webhookError` with the `work` scope alone.',
      ),
    }),
  }),
});

builder.mutationFields((t) => ({
  updateTask: t.field({
    type: TaskType,
    description:
      'Changes an externally reported task. Its status can only change as the status table allows. For tasks that Nightshift runs, and for decided tasks, only `webhookNotifiedAt` and `webhookError` can change. Changing the link dismisses the approvals so far. If a task failed because its reporter stopped reporting, one late report is still accepted. Requires the `report` scope.',
    authScopes: (_root, { input }, context) => {
      const action = decisionIn(input);
      if (action === undefined)
        return needsUnlessWorking('updateTask', context.viewer, () => isOwnNote(context, input));
      return scopesToDecide(context, { needed: needsBoth('updateTask'), action }, () => [readTaskId(input)]);
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

function toChanges<I extends NamesTask & { leaseId?: unknown }>({
  task,
  id,
  databaseId,
  leaseId,
  ...changes
}: I) {
  return changes;
}
