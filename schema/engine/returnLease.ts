import * as z from 'zod';
import { UnknownLeaseError } from '../../domain/engine/errors.ts';
import { returnLease } from '../../domain/engine/returnLease.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { boundsFor } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { internal } from '../internal.ts';
import { needs } from '../needs.ts';
import { TaskType } from '../tasks/task.ts';

const leaseKey = z.object({ leaseId: z.uuid() });

const ReturnLeaseInput = builder.inputType('ReturnLeaseInput', {
  description: internal('A lease of a worker that is gone.'),
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'The lease.' }),
    hadBegun: t.boolean({
      required: true,
      description:
        'Whether the command may have started. If so, the attempt is lost; if not, it spends none of the attempts of the task.',
    }),
  }),
});

builder.mutationField('returnLease', (t) =>
  t.field({
    type: TaskType,
    description: internal(
      'Returns the lease of a worker that was killed, so that its task need not wait until the lease expires. Call it only if nothing of the attempt runs any more. An attempt that has ended stays as it is. Requires the `work` scope.',
    ),
    authScopes: needs('returnLease'),
    errors: { types: [InvalidInputError, UnknownLeaseError] },
    args: { input: t.arg({ type: ReturnLeaseInput, required: true, description: 'The lease.' }) },
    resolve: (_root, { input: { leaseId, hadBegun } }, { store, viewer }) =>
      returnLease(store, readInput(leaseKey, { leaseId }).leaseId, hadBegun, boundsFor(viewer, 'work')),
  }),
);
