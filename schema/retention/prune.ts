import { type Pruned, pruneTasks } from '../../domain/retention/prune.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';

const PruneTasksInput = builder.inputType('PruneTasksInput', {
  description: 'What to delete.',
  fields: (t) => ({
    before: t.field({
      type: 'DateTime',
      required: true,
      description:
        'Deletes runs of plans that ended before this time, each as a whole, and externally reported tasks that started before it. What has not ended is kept.',
    }),
  }),
});

const PruneTasksPayload = builder.objectRef<Pruned>('PruneTasksPayload').implement({
  description: 'What was deleted.',
  fields: (t) => ({
    deleted: t.exposeInt('deleted', { description: 'How many tasks were deleted.' }),
    deletedRuns: t.exposeInt('deletedRuns', { description: 'How many runs were deleted.' }),
    keptRuns: t.exposeInt('keptRuns', {
      description:
        'How many older runs of plans were kept: they ended later, a task is queued, running or needs approval, or a notification or a change to a pull request is pending.',
    }),
    cutoff: t.expose('cutoff', {
      type: 'DateTime',
      description: 'Records before this time were deleted.',
    }),
  }),
});

builder.mutationField('pruneTasks', (t) =>
  t.field({
    type: PruneTasksPayload,
    description:
      'Permanently deletes what ended before a time: runs of plans as a whole, externally reported tasks one by one. Requires the `admin` scope.',
    authScopes: needs('pruneTasks'),
    args: { input: t.arg({ type: PruneTasksInput, required: true, description: 'What to delete.' }) },
    resolve: (_root, { input }, { store, viewer, via }) => pruneTasks(store, viewer, input.before, via),
  }),
);
