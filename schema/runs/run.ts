import { taskStatuses, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import type { PageArguments } from '../../domain/input/page.ts';
import { mayDo } from '../../domain/input/viewer.ts';
import type { Run } from '../../domain/runs/run.ts';
import { countTasks, readTaskPage } from '../../domain/tasks/page.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import type { Context } from '../context.ts';
import { RunStatusEnum } from '../enums.ts';
import { requireReader, requireReaderOfInputs } from '../ownWork.ts';
import { TaskConnection, TaskType } from '../tasks/task.ts';

const TaskCounts = builder.objectRef<Run['counts']>('TaskCounts').implement({
  description: 'How many tasks a run has in each status.',
  fields: (t) => ({
    ...Object.fromEntries(
      taskStatuses.map((status) => {
        const { count, countMeans } = taskStatusFacts[status];
        return [count, t.int({ description: countMeans, resolve: (counts) => counts[status] ?? 0 })];
      }),
    ),
    total: t.int({ description: 'All tasks.', resolve: totalOf }),
  }),
});

/** `Run`: one execution of a plan, with what its tasks amount to. */
export const RunType = builder.prismaNode('Run', {
  id: { field: 'runId' },
  fields: (t) => ({
    runId: t.exposeString('runId'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    plan: t.exposeString('plan', {
      nullable: true,
      description: 'The name of its plan; null if its tasks were externally reported.',
    }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of its plan, e.g. `acme/site`; null for none.',
    }),
    inputs: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What it was given.',
      resolve: ({ runId, inputs, startedBy }, _args, context) => {
        requireReaderOfInputs(context, { startedBy });
        return inputs === undefined ? context.large.runInputs(runId) : inputs;
      },
    }),
    startedBy: t.exposeString('startedBy', { nullable: true, description: 'Who started it.' }),
    status: t.expose('status', { type: RunStatusEnum, description: 'What its tasks amount to.' }),
    counts: t.expose('counts', { type: TaskCounts, description: 'How many tasks it has in each status.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its first task started; null until then.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its last task finished; null while a task is queued or running.',
    }),
    durationMs: t.expose('durationMs', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds from the first start to the last finish; null until both are known.',
    }),
    version: t.exposeInt('version', {
      description:
        'Rises whenever `counts`, `startedAt` or `finishedAt` changes. Of two readings the one with the higher version is the later. See `changed`.',
    }),
    tasks: t.connection(
      {
        type: TaskType,
        description: 'Its tasks, newest first. In a list of runs you can only read the first or last page.',
        resolve: ({ runId, counts, startedBy }, page, context) => {
          requireReader(context, { startedBy });
          if (!mayDo(context.viewer, 'read')) return connectOwn(context, runId, page);
          return connect(
            context,
            page,
            (range) => context.loadRunTasks(runId, range),
            async () => Math.min(totalOf(counts), maxTotalCount),
          );
        },
      },
      TaskConnection,
    ),
  }),
});

/** A page of runs. */
export const RunConnection = builder.connectionObject(
  {
    type: RunType,
    name: 'RunConnection',
    description: 'A page of runs, newest first.',
  },
  { name: 'RunEdge', description: 'A run and its position in the list.' },
);

builder.prismaObjectField('Task', 'run', (t) =>
  t.field({
    type: RunType,
    description: 'The run that the task belongs to.',
    resolve: async ({ runId }, _args, context) => {
      const run = await context.loadRun(runId);
      if (!run) throw new Error(`Run ${runId} was deleted while its task was read.`);
      requireReader(context, run);
      return run;
    },
  }),
);

/** Of a run of its own a worker reads the tasks that the engine runs. */
function connectOwn(context: Context, runId: string, page: PageArguments) {
  const filter = { runIds: [runId], isOfEngine: true };
  const { db } = context.store;
  return connect(
    context,
    page,
    (range) => readTaskPage(db, filter, range),
    () => countTasks(db, filter, maxTotalCount),
  );
}

function totalOf(counts: Run['counts']): number {
  return taskStatuses.reduce((total, status) => total + (counts[status] ?? 0), 0);
}
