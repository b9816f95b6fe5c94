import { type DrainedWorker, drainWorker, drainWorkerInput } from '../../domain/engine/drainWorker.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';

const DrainWorkerInput = builder.inputType('DrainWorkerInput', {
  description: 'Which worker to drain.',
  fields: (t) => ({
    worker: t.string({ required: true, description: 'Its name, as attempts show it.' }),
  }),
});

const DrainedWorkerType = builder.objectRef<DrainedWorker>('DrainedWorker').implement({
  description: 'A worker that takes nothing new and ends once what it runs has.',
  fields: (t) => ({
    worker: t.exposeString('worker', { description: 'Its name.' }),
    running: t.exposeInt('running', { description: 'How many attempts it runs still.' }),
  }),
});

builder.mutationField('drainWorker', (t) =>
  t.field({
    type: DrainedWorkerType,
    description:
      'Has a worker take nothing new, let what it runs finish, and leave: each process of that name that is up now, within half a minute. Needs the `operate` scope.',
    authScopes: { operate: true },
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: DrainWorkerInput, required: true, description: 'The worker.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      drainWorker(store, viewer, readInput(drainWorkerInput, input), via),
  }),
);
