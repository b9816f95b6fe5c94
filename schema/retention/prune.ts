import { type Pruned, pruneTasks } from '../../domain/retention/prune.ts';
import { builder } from '../builder.ts';

const PruneTasksInput = builder.inputType('PruneTasksInput', {
  description: 'What to delete.',
  fields: (t) => ({
    before: t.field({
      type: 'DateTime',
      required: true,
      description:
        'Runs of the engine that ended before this time are deleted whole, tasks of outside reporters each by its start; what is not over stays.',
    }),
  }),
});

const PruneTasksPayload = builder.objectRef<Pruned>('PruneTasksPayload').implement({
  description: 'What was deleted.',
  fields: (t) => ({
    deleted: t.exposeInt('deleted', { description: 'How many tasks.' }),
    deletedRuns: t.exposeInt('deletedRuns', { description: 'How many runs.' }),
    keptRuns: t.exposeInt('keptRuns', {
      description:
        'How many runs of the engine are older and were kept whole: a task of them is queued, runs or awaits approval, something is still owed to a pull request or to be sent, or they ended later.',
    }),
    cutoff: t.expose('cutoff', {
      type: 'DateTime',
      description: 'What is older than this time was deleted.',
    }),
  }),
});

builder.mutationField('pruneTasks', (t) =>
  t.field({
    type: PruneTasksPayload,
    description:
      'Deletes for good what is older than a time and over: runs of the engine whole, tasks of outside reporters each. Needs the `admin` scope.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: PruneTasksInput, required: true, description: 'What to delete.' }) },
    resolve: (_root, { input }, { store, viewer, via }) => pruneTasks(store, viewer, input.before, via),
  }),
);
