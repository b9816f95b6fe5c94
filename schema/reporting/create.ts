import * as z from 'zod';
import { IdempotencyKeyReusedError, InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { createTask } from '../../domain/reporting/create.ts';
import { createTaskInput, idempotencyKey } from '../../domain/tasks/input.ts';
import { builder } from '../builder.ts';
import { TaskStatusEnum } from '../enums.ts';
import { TaskType } from '../tasks/task.ts';

const keyInput = z.object({ idempotencyKey });

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'What makes a task.',
  fields: (t) => ({
    task: t.string({
      required: true,
      description: 'The name of the step, e.g. `seo.validate`; 1 to 64 characters.',
    }),
    runId: t.string({
      required: true,
      description:
        'The run it belongs to, e.g. `nightly-2025-01-15`; 1 to 64 characters. A new one makes the run.',
    }),
    status: t.field({ type: TaskStatusEnum, required: true, description: 'Where the task stands now.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it started. Left out means now, null not yet.',
    }),
    finishedAt: t.field({ type: 'DateTime', description: 'When it ended, if it has.' }),
    durationMs: t.field({
      type: 'SafeInt',
      description: 'Run time of the command in milliseconds, at most 2,147,483,647 (24.8 days).',
    }),
    inputs: t.field({
      type: 'JSON',
      description: 'What it was given: flags, configuration. A JSON object of at most 64 KB.',
    }),
    outputsUri: t.string({
      description:
        'Link to what it made, at most 512 characters. Only http(s) becomes something to click; `javascript:` and its kind are dropped, with a remark.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of its output; of more than 64 KB the beginning and the end are kept. Escape sequences and control characters are taken out, lone surrogates mended.',
    }),
    idempotencyKey: t.string({
      description:
        'A key of your own, 1 to 255 characters: the same request with it again gives the first answer and makes nothing.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createTask: t.field({
    type: TaskType,
    description:
      'Records a task that an outside reporter runs. A task that awaits approval gets the approval state `PENDING`. Needs the `report` scope.',
    authScopes: { report: true },
    errors: { types: [InvalidInputError, IdempotencyKeyReusedError] },
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'What makes the task.' }) },
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
