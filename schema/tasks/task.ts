import { builder } from '../builder.ts';
import { totalCountDescription } from '../connection.ts';
import { ApprovalStateEnum, TaskStatusEnum } from '../enums.ts';

/** `Task`: a row of `agents_tasks`. */
export const TaskType = builder.prismaNode('Task', {
  id: { field: 'id' },
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'The number by which REST callers and SQL know the task.' }),
    task: t.exposeString('task'),
    runId: t.exposeString('runId'),
    status: t.expose('status', { type: TaskStatusEnum, description: 'Where the task stands.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    durationMs: t.expose('durationMs', { type: 'SafeInt', nullable: true }),
    inputs: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the task was given: flags, configuration. A JSON object.',
      resolve: ({ id, inputs, leftOut }, _args, { large }) => (leftOut ? large.inputs(id) : inputs),
    }),
    outputsUri: t.exposeString('outputsUri', { nullable: true }),
    logExcerpt: t.string({
      nullable: true,
      description: 'First and last lines of what the command printed.',
      resolve: ({ id, logExcerpt, leftOut }, _args, { large }) =>
        leftOut ? large.logExcerpt(id) : logExcerpt,
    }),
    approvalState: t.expose('approvalState', {
      type: ApprovalStateEnum,
      nullable: true,
      description: 'Where the approval stands; null when nobody was ever asked.',
    }),
    approver: t.exposeString('approver', { nullable: true }),
    approvalNote: t.exposeString('approvalNote', { nullable: true }),
    webhookNotifiedAt: t.expose('webhookNotifiedAt', { type: 'DateTime', nullable: true }),
    webhookError: t.exposeString('webhookError', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    outputs: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The `key=value` pairs that its last attempt made. A JSON object of texts.',
      resolve: ({ id }, _args, { large }) => large.outputs(id),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why it ended as it did, in a few words; null for a plain success.',
      resolve: ({ id }, _args, { loadDetail }) => loadDetail(id, 'reason'),
    }),
    remarks: t.stringList({
      description:
        'What people should know about the task beside its reason: what was left out, passed over or held, why, and what to do about it. At most 20 sentences.',
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
      'A page of tasks: those not started yet first, then the latest start first; of equal starts the latest record first.',
    fields: (t) => ({
      totalCount: t.int({ description: totalCountDescription, resolve: (page) => page.countAll() }),
    }),
  },
  { name: 'TaskEdge', description: 'A task and its position in the list.' },
);
