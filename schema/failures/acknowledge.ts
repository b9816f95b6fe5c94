import {
  AlreadyAcknowledgedError,
  acknowledgeTask,
  NotAFailureError,
  unacknowledgeTask,
} from '../../domain/failures/acknowledge.ts';
import { InvalidInputError, NotFoundError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { decisionNote } from '../../domain/tasks/input.ts';
import { builder } from '../builder.ts';
import { TaskStatusEnum } from '../enums.ts';
import { ErrorInterface } from '../errors.ts';
import { needs } from '../needs.ts';
import { TaskType } from '../tasks/task.ts';
import { readTaskId, TaskKeyInput } from '../tasks/taskId.ts';

interface Acknowledgement {
  by: string;
  at: Date;
  note: string | null;
}

const AcknowledgementType = builder.objectRef<Acknowledgement>('Acknowledgement').implement({
  description: 'Who has taken on a failure.',
  fields: (t) => ({
    by: t.exposeString('by', { description: 'Who acknowledged it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    note: t.exposeString('note', { nullable: true, description: 'What they wrote.' }),
  }),
});

builder.prismaObjectField('Task', 'acknowledgement', (t) =>
  t.field({
    type: AcknowledgementType,
    nullable: true,
    description:
      'Who has acknowledged the failure of the task; null if nobody has. Retrying the task ends it: another failure is one of its own.',
    resolve: async ({ id }, _args, { loadDetail }): Promise<Acknowledgement | null> => {
      const [by, at, note] = await Promise.all([
        loadDetail(id, 'acknowledgedBy'),
        loadDetail(id, 'acknowledgedAt'),
        loadDetail(id, 'acknowledgementNote'),
      ]);
      return by === null || at === null ? null : { by, at, note };
    },
  }),
);

builder.objectType(NotAFailureError, {
  name: 'NotAFailureError',
  description: 'The task has not failed, or somebody has rejected it, which is a decision.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    status: t.expose('status', { type: TaskStatusEnum, description: 'The current status.' }),
  }),
});

builder.objectType(AlreadyAcknowledgedError, {
  name: 'AlreadyAcknowledgedError',
  description: 'Somebody else has acknowledged this failure already.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    by: t.exposeString('by', { description: 'Who.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const AcknowledgeTaskInput = builder.inputType('AcknowledgeTaskInput', {
  description: 'Which failed task to acknowledge, and what others should know.',
  fields: (t) => ({
    task: t.field({ type: TaskKeyInput, required: true, description: 'The task.' }),
    note: t.string({ description: 'A note, shown with the task; at most 4,000 characters.' }),
  }),
});

const UnacknowledgeTaskInput = builder.inputType('UnacknowledgeTaskInput', {
  description: 'The acknowledgement to take back.',
  fields: (t) => ({ task: t.field({ type: TaskKeyInput, required: true, description: 'The task.' }) }),
});

builder.mutationFields((t) => ({
  acknowledgeTask: t.field({
    type: TaskType,
    description:
      'Acknowledges the failure of a task, so that others know that you are on it; the digest leaves it out. The first person counts, and may call it again with another note. This is recorded in the audit log. Requires the `operate` scope.',
    authScopes: needs('acknowledgeTask'),
    errors: { types: [InvalidInputError, NotFoundError, NotAFailureError, AlreadyAcknowledgedError] },
    args: {
      input: t.arg({ type: AcknowledgeTaskInput, required: true, description: 'The task, and a note.' }),
    },
    resolve: (_root, { input: { note, ...key } }, { store, viewer, via }) =>
      acknowledgeTask(store, viewer, { id: readTaskId(key), note: readInput(decisionNote, note) }, via),
  }),
  unacknowledgeTask: t.field({
    type: TaskType,
    description:
      'Takes back the acknowledgement of a failure, whoever made it. Without one, nothing changes. This is recorded in the audit log. Requires the `operate` scope.',
    authScopes: needs('unacknowledgeTask'),
    errors: { types: [InvalidInputError, NotFoundError] },
    args: { input: t.arg({ type: UnacknowledgeTaskInput, required: true, description: 'The task.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      unacknowledgeTask(store, viewer, { id: readTaskId(input) }, via),
  }),
}));
