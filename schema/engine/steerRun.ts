import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { retryModeFacts } from '../../contract/words/runs.ts';
import { leaveRun } from '../../domain/engine/abandoned.ts';
import { cancelRun } from '../../domain/engine/cancelRun.ts';
import { NotRetryableError } from '../../domain/engine/errors.ts';
import { retryInput, retryRun, retryTask } from '../../domain/engine/retry.ts';
import { InvalidInputError, NotFoundError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { boundsFor } from '../../domain/input/viewer.ts';
import { decisionNote } from '../../domain/tasks/input.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { internal } from '../internal.ts';
import { needs, needsUnlessWorking } from '../needs.ts';
import { areOwnRuns } from '../ownWork.ts';
import { RunType } from '../runs/run.ts';
import { TaskType } from '../tasks/task.ts';
import { readTaskId, taskKeyFields } from '../tasks/taskId.ts';
import { readChangedRun } from './readChangedRun.ts';

const RetryMode = enumOf('RetryMode', retryModeFacts, {
  description: 'Which tasks of a run to retry. Approved tasks are kept in every mode.',
});

const RetryRunInput = builder.inputType('RetryRunInput', {
  description: 'Which run to retry, and how.',
  fields: (t) => ({
    runId: t.string({ required: true, description: 'The run.' }),
    mode: t.field({ type: RetryMode, defaultValue: 'failed' as const, description: 'Which tasks to retry.' }),
    from: t.string({ description: 'The step to start from; only with the mode `FROM`.' }),
  }),
});

const RetryTaskInput = builder.inputType('RetryTaskInput', {
  description: 'Which task to retry.',
  fields: taskKeyFields,
});

const CancelRunInput = builder.inputType('CancelRunInput', {
  description: 'Which run to cancel, and why.',
  fields: (t) => ({
    runId: t.string({ required: true, description: 'The run.' }),
    note: t.string({ description: 'The reason; at most 4,000 characters.' }),
  }),
});

const LeaveRunInput = builder.inputType('LeaveRunInput', {
  description: internal('Which run to release.'),
  fields: (t) => ({ runId: t.string({ required: true, description: 'The run.' }) }),
});

const leaveInput = z.object({ runId: reference(64) });
const cancelInput = z.object({ runId: reference(64), note: decisionNote });

builder.mutationFields((t) => ({
  retryRun: t.field({
    type: RunType,
    description:
      'Retries tasks of a run, with all their attempts. Tasks that need approval or have not ended are unchanged. Requires the `operate` scope.',
    authScopes: needs('retryRun'),
    errors: { types: [InvalidInputError, NotFoundError, NotRetryableError] },
    args: { input: t.arg({ type: RetryRunInput, required: true, description: 'The run, and which tasks.' }) },
    resolve: async (_root, { input }, context) => {
      const values = readInput(retryInput, { ...input, mode: input.mode ?? 'failed' });
      await retryRun(context.store, context.viewer, values, context.via);
      return readChangedRun(context, values.runId);
    },
  }),
  retryTask: t.field({
    type: TaskType,
    description:
      'Retries a failed or skipped task, with all its attempts, and the tasks that did not run because of it. Requires the `operate` scope.',
    authScopes: needs('retryTask'),
    errors: { types: [InvalidInputError, NotFoundError, NotRetryableError] },
    args: { input: t.arg({ type: RetryTaskInput, required: true, description: 'The task.' }) },
    resolve: (_root, { input }, { store, viewer, via }) => retryTask(store, viewer, readTaskId(input), via),
  }),
  leaveRun: t.field({
    type: RunType,
    description: internal(
      'Releases an exclusive run after its worker has done what it could. Any worker of the plan can then take the tasks that wait for an approval; tasks that wait for nothing are skipped. Requires the `operate` scope; `work` is enough for runs that you started.',
    ),
    authScopes: (_root, { input }, context) =>
      needsUnlessWorking('leaveRun', context.viewer, () => areOwnRuns(context, [input.runId])),
    errors: { types: [InvalidInputError, NotFoundError] },
    args: { input: t.arg({ type: LeaveRunInput, required: true, description: 'The run.' }) },
    resolve: async (_root, { input }, context) => {
      const { runId } = readInput(leaveInput, input);
      await leaveRun(context.store, runId, boundsFor(context.viewer, 'operate'));
      return readChangedRun(context, runId);
    },
  }),
  cancelRun: t.field({
    type: RunType,
    description:
      'Cancels the queued and running tasks of a run: they become `SKIPPED`, and workers end their commands. Gates are cancelled; tasks whose output needs approval still wait for your decision. Requires the `operate` scope; `work` is enough for runs that you started.',
    authScopes: (_root, { input }, context) =>
      needsUnlessWorking('cancelRun', context.viewer, () => areOwnRuns(context, [input.runId])),
    errors: { types: [InvalidInputError, NotFoundError] },
    args: { input: t.arg({ type: CancelRunInput, required: true, description: 'The run, and why.' }) },
    resolve: async (_root, { input }, context) => {
      const { runId, note } = readInput(cancelInput, input);
      await cancelRun(context.store, context.viewer, runId, note, context.via);
      return readChangedRun(context, runId);
    },
  }),
}));
