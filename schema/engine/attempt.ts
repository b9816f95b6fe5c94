import { type Ending, endingFacts } from '../../contract/words/attempts.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { nodeKinds, readAttemptKey } from '../nodeKinds.ts';
import { requireReaderOfRun } from '../ownWork.ts';
import { readTaskOf } from '../tasks/readTaskOf.ts';
import { TaskType } from '../tasks/task.ts';

/** How an attempt can end, as GraphQL writes it. */
export const AttemptEndingEnum = enumOf('AttemptEnding', endingFacts, {
  description: 'How an attempt ended.',
});

/** `Attempt`: one try at a task. */
export const AttemptType = builder.prismaNode('Attempt', {
  id: { resolve: nodeKinds.Attempt.keyOf },
  findUnique: (key) => ({ taskId_number: readAttemptKey(key) }),
  description: 'One execution of a task by one worker, under one lease.',
  fields: (t) => ({
    task: t.field({
      type: TaskType,
      description: 'The task that was attempted.',
      resolve: ({ taskId }, _args, context) => readTaskOf(context, taskId),
    }),
    number: t.exposeInt('number', { description: 'Its number among the attempts of the task, from 1.' }),
    worker: t.exposeString('worker', { description: 'The worker that ran it.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was leased.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while its lease is held.',
    }),
    leaseExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its lease expires unless the worker extends it; null once it has ended.',
      resolve: ({ finishedAt, leaseExpiresAt }) => (finishedAt === null ? leaseExpiresAt : null),
    }),
    endedBy: t.field({
      type: AttemptEndingEnum,
      nullable: true,
      description: 'How it ended; null until then.',
      // A CHECK constraint holds the column to these words.
      resolve: ({ endedBy }) => endedBy as Ending | null,
    }),
    exitCode: t.exposeInt('exitCode', {
      nullable: true,
      description: 'The exit code, if the command exited by itself.',
    }),
    signal: t.exposeString('signal', {
      nullable: true,
      description: 'The signal that ended it, if one did.',
    }),
    durationMs: t.expose('durationMs', {
      type: 'SafeInt',
      nullable: true,
      description: 'Run time of its command in milliseconds.',
    }),
    outputsUri: t.exposeString('outputsUri', { nullable: true, description: 'Link to its output.' }),
    logExcerpt: t.string({
      nullable: true,
      description: 'First and last lines of the output of its command.',
      resolve: ({ leaseId }, _args, { large }) => large.attemptExcerpt(leaseId),
    }),
  }),
});

builder.prismaObjectField('Task', 'attempts', (t) =>
  t.field({
    type: [AttemptType],
    description: 'Its attempts, in order; none for an externally reported task.',
    resolve: async ({ id, runId }, _args, context) => {
      await requireReaderOfRun(context, runId);
      return context.loadAttempts(id);
    },
  }),
);
