import * as z from 'zod';
import { IdempotencyKeyReusedError, InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { createTask } from '../../domain/reporting/create.ts';
import { createTaskInput, idempotencyKey } from '../../domain/tasks/input.ts';
import { builder } from '../builder.ts';
import { TaskStatusEnum } from '../enums.ts';
import { needs } from '../needs.ts';
import { TaskType } from '../tasks/task.ts';

const keyInput = z.object({ idempotencyKey });

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'The task to record.',
  fields: (t) => ({
    task: t.string({
      required: true,
      description: 'The name of the step, e.g. `seo.validate`; 1 to 64 characters.',
    }),
    runId: t.string({
      required: true,
      description:
        'The run that it belongs to, e.g. `nightly-2025-01-15`; 1 to 64 characters. A new run id creates the run.',
    }),
    status: t.field({ type: TaskStatusEnum, required: true, description: 'The status of the task.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it started. Default: now. Null: not yet.',
    }),
    finishedAt: t.field({ type: 'DateTime', description: 'When it ended, if it has.' }),
    durationMs: t.field({
      type: 'SafeInt',
      description: 'Run time of the command in milliseconds, at most 2,147,483,647 (24.8 days).',
    }),
    inputs: t.field({
      type: 'JSON',
      description: 'Its inputs, such as flags and configuration. A JSON object of at most 64 KB.',
    }),
    outputsUri: t.string({
      description:
        'Link to its output, at most 512 characters. Only http(s) links can be clicked; `javascript:` and similar ones are dropped, with a remark.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of its output. If longer than 64 KB, the beginning and the end are kept. Escape sequences and control characters are removed, lone surrogates replaced.',
    }),
    idempotencyKey: t.string({
      description:
        'A key that you choose, 1 to 255 characters. Repeating the request with the same key returns the first response and creates nothing.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createTask: t.field({
    type: TaskType,
    description:
      'Records a task that another tool runs. With the status `AWAITING_APPROVAL` its approval state is `PENDING`. Requires the `report` scope.',
    authScopes: needs('createTask'),
    errors: { types: [InvalidInputError, IdempotencyKeyReusedError] },
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'The task to record.' }) },
    resolve: async (_root, { input: { idempotencyKey: key, ...input } }, { store, viewer }) => {
      const values = readInput(createTaskInput, input);
      const { task } = await createTask(store, viewer, values, readKey(key));
      return task;
    },
  }),
}));

function readKey(key: string | null | undefined): string | undefined {
  if (key == null) return undefined;
  return readInput(keyInput, { idempotencyKey: key }).idempotencyKey;
}
