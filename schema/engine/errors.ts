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
  description: internal('The lease is not held any more; nothing that its holder reports counts.'),
  interfaces: [ErrorInterface],
  fields: (t) => ({ leaseId: t.exposeString('leaseId', { description: 'The lease.' }) }),
});

builder.objectType(UnknownLeaseError, {
  name: 'UnknownLeaseError',
  description: internal('No lease of this id is on record: another server gave it, or its task is deleted.'),
  interfaces: [ErrorInterface],
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', { description: 'The lease.' }),
    serverId: t.exposeString('serverId', { description: 'Which server says so, as `Lease.serverId`.' }),
  }),
});

builder.objectType(RunExistsError, {
  name: 'RunExistsError',
  description: 'A run of this id was started with another plan or other inputs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ runId: t.exposeString('runId', { description: 'The id of the run.' }) }),
});

builder.objectType(NotRetryableError, {
  name: 'NotRetryableError',
  description: 'The task or run cannot be made again, or not now; the message says why.',
  interfaces: [ErrorInterface],
});
