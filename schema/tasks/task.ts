import { builder } from '../builder.ts';
import { ApprovalStateEnum, TaskStatusEnum } from '../enums.ts';

/** `Task`: a row of `agents_tasks`. */
export const TaskType = builder.prismaNode('Task', {
  id: { field: 'id' },
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'The ID of the task in REST and SQL.' }),
    task: t.exposeString('task'),
    runId: t.exposeString('runId'),
    status: t.expose('status', { type: TaskStatusEnum, description: 'The status of the task.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    durationMs: t.expose('durationMs', { type: 'SafeInt', nullable: true }),
    inputs: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The inputs of the task, such as flags and configuration. A JSON object.',
      resolve: ({ id, inputs, leftOut }, _args, { large }) => (leftOut ? large.inputs(id) : inputs),
    }),
    outputsUri: t.exposeString('outputsUri', { nullable: true }),
    logExcerpt: t.string({
      nullable: true,
      description: 'First and last lines of the output of the command.',
      resolve: ({ id, logExcerpt, leftOut }, _args, { large }) =>
        leftOut ? large.logExcerpt(id) : logExcerpt,
    }),
    approvalState: t.expose('approvalState', {
      type: ApprovalStateEnum,
      nullable: true,
      description: 'The state of the approval; null if it never needed one.',
    }),
    approver: t.exposeString('approver', { nullable: true }),
    approvalNote: t.exposeString('approvalNote', { nullable: true }),
    webhookNotifiedAt: t.expose('webhookNotifiedAt', { type: 'DateTime', nullable: true }),
    webhookError: t.exposeString('webhookError', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    version: t.exposeInt('version', {
      description:
        'Rises with every change of the task. Of two readings the one with the higher version is the later. See `changed`.',
    }),
    outputs: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The outputs of its last attempt, as `key=value` pairs. A JSON object of strings.',
      resolve: ({ id }, _args, { large }) => large.outputs(id),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why it ended as it did, in a few words; null if it simply succeeded.',
      resolve: ({ id, reason }, _args, { loadDetail }) =>
        reason === undefined ? loadDetail(id, 'reason') : reason,
    }),
    remarks: t.stringList({
      description:
        'What you should know about the task besides its reason: what was dropped, ignored or held, why, and what to do about it. At most 20 sentences.',
      resolve: async ({ id }, _args, { loadDetail }) => (await loadDetail(id, 'remarks')) ?? [],
    }),
  }),
});

/** A page of tasks. */
export const TaskConnection = builder.connectionObject(
  {
    type: TaskType,
    name: 'TaskConnection',
    description:
      'A page of tasks: first those not started yet, then by start time, latest first; with equal start times, the newest record first.',
  },
  { name: 'TaskEdge', description: 'A task and its position in the list.' },
);
