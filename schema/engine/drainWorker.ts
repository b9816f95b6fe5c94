import { type DrainedWorker, drainWorker, drainWorkerInput } from '../../domain/engine/drainWorker.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';

const DrainWorkerInput = builder.inputType('DrainWorkerInput', {
  description: 'Which worker to drain.',
  fields: (t) => ({
    worker: t.string({ required: true, description: 'Its name, as shown in attempts.' }),
  }),
});

const DrainedWorkerType = builder.objectRef<DrainedWorker>('DrainedWorker').implement({
  description:
    'A worker that is being drained: it takes no new tasks, and exits when its running ones have ended.',
  fields: (t) => ({
    worker: t.exposeString('worker', { description: 'Its name.' }),
    running: t.exposeInt('running', { description: 'How many attempts it is still running.' }),
  }),
});

builder.mutationField('drainWorker', (t) =>
  t.field({
    type: DrainedWorkerType,
    description:
      'Drains a worker: within half a minute, every running process of that name takes no new tasks, finishes its running ones, and exits. Requires the `operate` scope.',
    authScopes: needs('drainWorker'),
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: DrainWorkerInput, required: true, description: 'The worker.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      drainWorker(store, viewer, readInput(drainWorkerInput, input), via),
  }),
);
