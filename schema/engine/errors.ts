import {
  LostLeaseError,
  NotRetryableError,
  RunExistsError,
  UnknownLeaseError,
} from '../../domain/engine/errors.ts';
import { builder } from '../builder.ts';
import { ErrorInterface } from '../errors.ts';
import { internal } from '../internal.ts';

builder.objectType(LostLeaseError, {
  name: 'LostLeaseError',
  description: internal('The lease is no longer held. Reports about it no longer count.'),
  interfaces: [ErrorInterface],
  fields: (t) => ({ leaseId: t.exposeString('leaseId', { description: 'The lease.' }) }),
});

builder.objectType(UnknownLeaseError, {
  name: 'UnknownLeaseError',
  description: internal(
    'This server does not know a lease with this id: another server issued it, or its task was deleted.',
  ),
  interfaces: [ErrorInterface],
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', { description: 'The lease.' }),
    serverId: t.exposeString('serverId', {
      description: 'The server that answered, as in `Lease.serverId`.',
    }),
  }),
});

builder.objectType(RunExistsError, {
  name: 'RunExistsError',
  description: 'A run with this id was started with a different plan or inputs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ runId: t.exposeString('runId', { description: 'The id of the run.' }) }),
});

builder.objectType(NotRetryableError, {
  name: 'NotRetryableError',
  description: 'The task or run cannot be retried, or not now. The message says why.',
  interfaces: [ErrorInterface],
});
