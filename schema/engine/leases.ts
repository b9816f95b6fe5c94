import * as z from 'zod';
import { wasDrained } from '../../domain/engine/drainWorker.ts';
import { LostLeaseError } from '../../domain/engine/errors.ts';
import { type ExtendedLease, extendLease } from '../../domain/engine/extendLease.ts';
import { awaitLease, maxWaitMs } from '../../domain/engine/lease.ts';
import { type Lease, type LeaseTaskInput, leaseTaskInput } from '../../domain/engine/leaseTypes.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { boundsFor } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { untilGone } from '../context.ts';
import { FreezeType } from '../freeze/freeze.ts';
import { internal } from '../internal.ts';
import { needs, needsBothUnless } from '../needs.ts';
import { mayWorkOn } from '../ownWork.ts';

const waitInput = z.object({ waitMs: z.int().min(0).max(maxWaitMs).nullish() });
export const leaseKey = z.object({ leaseId: z.uuid() });

const LeaseType = builder.objectRef<Lease>('Lease').implement({
  description: internal("A worker's timed right to one attempt at a task."),
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', {
      description: 'Identifies the lease when the worker extends it or reports.',
    }),
    serverId: t.exposeString('serverId', {
      description:
        'The server that issued it, by the id of its database. A stored report is sent to this server only.',
    }),
    databaseId: t.exposeInt('taskId', { description: 'The ID of the task.' }),
    task: t.exposeString('task', { description: 'The name of the step to run.' }),
    runId: t.exposeString('runId', { description: 'The run.' }),
    planHash: t.exposeString('planHash', {
      description: 'The hash of the plan with this step, as returned when the plan was registered.',
    }),
    runCreatedAt: t.expose('runCreatedAt', {
      type: 'DateTime',
      description:
        "When the run was created, by the database's clock. Its steps are those that the plan file had then.",
    }),
    number: t.exposeInt('number', { description: 'The number of the attempt, from 1.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: "When it expires, by the database's clock.",
    }),
    holdsForMs: t.exposeInt('holdsForMs', {
      description: 'Milliseconds until it expires, for workers whose clock differs.',
    }),
    inputs: t.expose('inputs', { type: 'JSON', nullable: true, description: 'The inputs of the run.' }),
    needs: t.expose('needs', {
      type: 'JSON',
      description:
        'The outputs of each needed task, by its name; null if together they are larger than 16 MB.',
    }),
  }),
});

interface Offer extends Pick<LeaseTaskInput, 'worker' | 'upMs'> {
  lease: Lease | null;
  /** Known already, or found out when it is asked for. */
  drained?: boolean | undefined;
}

export const LeaseOffer = builder.objectRef<Offer>('LeaseOffer').implement({
  description: internal('What the server offers a worker.'),
  fields: (t) => ({
    lease: t.expose('lease', {
      type: LeaseType,
      nullable: true,
      description: 'A lease; null if no task is ready.',
    }),
    drained: t.boolean({
      description:
        'Whether the worker is being drained: it gets no new tasks, and exits when its running ones have ended.',
      resolve: ({ lease, drained, worker, upMs }, _args, { store }) =>
        drained ?? (lease === null && upMs != null && wasDrained(store.db, worker, upMs)),
    }),
    freeze: t.field({
      type: FreezeType,
      nullable: true,
      description:
        'That the server is frozen and offers nothing, as this replica last heard; null if it is not, and with a lease.',
      resolve: ({ lease }, _args, { store }) => (lease === null ? (store.knownFreeze?.() ?? null) : null),
    }),
  }),
});

const ExtendedLeaseType = builder.objectRef<ExtendedLease>('ExtendedLease').implement({
  description: internal('A lease that was extended to its full time.'),
  fields: (t) => ({
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: "When it expires, by the database's clock.",
    }),
    holdsForMs: t.exposeInt('holdsForMs', { description: 'Milliseconds until then.' }),
    cancelled: t.exposeBoolean('cancelled', {
      description: 'Whether the task was cancelled. If so, end its command and report.',
    }),
    drained: t.exposeBoolean('drained', {
      description:
        'Whether the worker has been drained since the attempt began. If so, ask for no new tasks.',
    }),
  }),
});

const StepRepoInput = builder.inputType('StepRepoInput', {
  description: internal('A step that sets the repository of its pull requests.'),
  fields: (t) => ({
    task: t.string({ required: true, description: 'The name of the step.' }),
    repo: t.string({ required: true, description: 'The repository, as `owner/name`.' }),
  }),
});

const PlanSourceInput = builder.inputType('PlanSourceInput', {
  description: internal(
    'Where the steps of a plan, or of an exclusive run, come from. This is not part of the plan.',
  ),
  fields: (t) => ({
    planHash: t.string({ description: 'The hash of the plan.' }),
    runId: t.string({ description: 'Instead: the exclusive run.' }),
    origin: t.string({
      description:
        "The URL of the checkout's remote `origin`, without a password. Empty if there is none; omit it if it could not be read.",
    }),
    repos: t.field({ type: [StepRepoInput], description: 'The steps that set their own repository.' }),
  }),
});

const WorkerAboutInput = builder.inputType('WorkerAboutInput', {
  description: internal('What a worker says of itself, for the list of workers. All of it is optional.'),
  fields: (t) => ({
    version: t.string({ description: 'Its version of Nightshift; at most 64 characters.' }),
    protocol: t.int({ description: 'The protocol that it speaks.' }),
    node: t.string({ description: 'Its version of Node; at most 64 characters.' }),
    platform: t.string({ description: 'Its operating system and processor; at most 64 characters.' }),
    concurrency: t.int({ description: 'How many commands it runs at once.' }),
  }),
});

export const LeaseTaskInputType = builder.inputType('LeaseTaskInput', {
  description: internal('What a worker can run.'),
  fields: (t) => ({
    worker: t.string({
      required: true,
      description: "The worker's name, shown in attempts; 1 to 128 characters.",
    }),
    requestId: t.string({
      required: true,
      description: 'A UUID per request. Repeating it returns the same lease, in case the response was lost.',
    }),
    planHashes: t.stringList({
      description: 'The plans whose steps it can run, by the hashes returned when they were registered.',
    }),
    runIds: t.stringList({ description: 'The exclusive runs that belong to it.' }),
    labels: t.stringList({ description: 'Its labels.' }),
    upMs: t.field({
      type: 'SafeInt',
      description: 'Milliseconds since the worker started. Tells a drained worker from its successor.',
    }),
    about: t.field({ type: WorkerAboutInput, description: 'What the worker says of itself.' }),
    sources: t.field({ type: [PlanSourceInput], description: 'Where these plans and runs come from.' }),
    frozen: t.boolean({
      description:
        'Whether the worker has heard that the server is frozen. If that has changed, the answer comes at once.',
    }),
    waitMs: t.int({
      description: `How long to wait for work, in milliseconds; at most ${maxWaitMs}. Default 0.`,
    }),
  }),
});

const ExtendLeaseInput = builder.inputType('ExtendLeaseInput', {
  description: internal('Which lease to extend.'),
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'The lease.' }),
    waitMs: t.int({
      description: `How long the server may wait for a cancellation before it answers, in milliseconds; at most ${maxWaitMs} and half the time of the lease. Default 0.`,
    }),
  }),
});

builder.mutationFields((t) => ({
  leaseTask: t.field({
    type: LeaseOffer,
    description: internal(
      'Leases one attempt at a task to a worker, if a task is ready. At most 128 requests of one worker, by its name and address, may wait at once; further requests fail with the code `TOO_MANY_REQUESTS`. Requires the `work` scope.',
    ),
    authScopes: (_root, { input }, context) => needsBothUnless('leaseTask', mayWorkOn(context, input.runIds)),
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({ type: LeaseTaskInputType, required: true, description: 'What the worker can run.' }),
    },
    resolve: async (_root, { input: { waitMs, frozen, ...input } }, context) => {
      const { store, viewer } = context;
      const hasNews = frozen != null && frozen !== (store.knownFreeze?.() != null);
      const patience = readInput(waitInput, { waitMs }).waitMs ?? 0;
      const wait = hasNews ? 0 : patience;
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
      const from = { viewer: viewer.id, address: viewer.address, bounds: boundsFor(viewer, 'work') };
      const asked = readInput(leaseTaskInput, given);
      const lease = await awaitLease(store, asked, wait, untilGone(context), from);
      return { lease, worker: asked.worker, upMs: asked.upMs };
    },
  }),
  extendLease: t.field({
    type: ExtendedLeaseType,
    description: internal(
      'The heartbeat of a worker: extends its lease, and returns whether its task was cancelled. Requires the `work` scope.',
    ),
    authScopes: needs('extendLease'),
    errors: { types: [InvalidInputError, LostLeaseError] },
    args: { input: t.arg({ type: ExtendLeaseInput, required: true, description: 'The lease.' }) },
    resolve: (_root, { input: { leaseId, waitMs } }, context) => {
      const { store, viewer } = context;
      const wait = readInput(waitInput, { waitMs }).waitMs ?? 0;
      return extendLease(
        store,
        readInput(leaseKey, { leaseId }).leaseId,
        wait,
        untilGone(context),
        boundsFor(viewer, 'work'),
      );
    },
  }),
}));
