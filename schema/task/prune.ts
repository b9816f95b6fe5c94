import { type Pruned, pruneTasks } from '../../domain/tasks/prune.ts';
import { builder } from '../builder.ts';

const PruneTasksInput = builder.inputType('PruneTasksInput', {
  description: 'What to delete.',
  fields: (t) => ({
    before: t.field({
      type: 'DateTime',
      required: true,
      description: 'Tasks that started before this time are deleted; those not started yet are kept.',
    }),
  }),
});

const PruneTasksPayload = builder.objectRef<Pruned>('PruneTasksPayload').implement({
  description: 'What was deleted.',
  fields: (t) => ({
    deleted: t.exposeInt('deleted', { description: 'How many tasks.' }),
    deletedRuns: t.exposeInt('deletedRuns', { description: 'How many runs that had no task left.' }),
    cutoff: t.expose('cutoff', {
      type: 'DateTime',
      description: 'The time before which tasks were deleted.',
    }),
  }),
});

builder.mutationField('pruneTasks', (t) =>
  t.field({
    type: PruneTasksPayload,
    description: 'Deletes old tasks for good, and the old runs left empty by it. Needs the `admin` scope.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: PruneTasksInput, required: true, description: 'What to delete.' }) },
    resolve: (_root, { input }, { store, viewer, via }) => pruneTasks(store, viewer, input.before, via),
  }),
);
