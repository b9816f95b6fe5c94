import * as z from 'zod';
import { remarksOnLink } from '../../contract/input/link.ts';
import { attemptReport } from '../../domain/engine/attemptReport.ts';
import { wasDrained } from '../../domain/engine/drainWorker.ts';
import { LostLeaseError, UnknownLeaseError } from '../../domain/engine/errors.ts';
import { type ExtendedLease, extendLease } from '../../domain/engine/extendLease.ts';
import { finishAttempt } from '../../domain/engine/finishAttempt.ts';
import { awaitLease, maxWaitMs } from '../../domain/engine/lease.ts';
import { type Lease, leaseTaskInput } from '../../domain/engine/leaseTypes.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { internal } from '../internal.ts';
import { TaskType } from '../tasks/task.ts';
import { AttemptEndingEnum } from './attempt.ts';

const waitInput = z.object({ waitMs: z.int().min(0).max(maxWaitMs).nullish() });
const leaseKey = z.object({ leaseId: z.uuid() });

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

interface Offer {
  lease: Lease | null;
  worker: string;
  upMs: number | undefined;
}

const LeaseOffer = builder.objectRef<Offer>('LeaseOffer').implement({
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
      resolve: ({ lease, worker, upMs }, _args, { store }) =>
        lease === null && upMs != null && wasDrained(store.db, worker, upMs),
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

const LeaseTaskInput = builder.inputType('LeaseTaskInput', {
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
    sources: t.field({ type: [PlanSourceInput], description: 'Where these plans and runs come from.' }),
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

const FinishAttemptInput = builder.inputType('FinishAttemptInput', {
  description: internal('How an attempt ended and its output, but never a status.'),
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'The lease of the attempt.' }),
    ending: t.field({
      type: AttemptEndingEnum,
      required: true,
      description: 'How it ended; anything but `LOST`.',
    }),
    exitCode: t.int({
      description:
        'The exit code; only with the ending `EXIT`. The `skipCode` of the step (77 by default) means skipped.',
    }),
    signal: t.string({ description: "The signal's name; with the ending `SIGNAL`." }),
    durationMs: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Run time of the command in milliseconds.',
    }),
    outputs: t.field({
      type: 'JSON',
      description:
        'Its outputs as key=value pairs: a JSON object of strings, at most 256 KB in all. What does not fit is dropped, and the excerpt says so.',
    }),
    outputsUri: t.string({
      description:
        'The link that it declared as its output. If it is not a link or has more than 512 characters, it is kept as text, cut off or dropped, with a remark.',
    }),
    candidates: t.stringList({
      description:
        'Links that it printed and that may be its output, such as pull requests and artifacts, in order; at most 200. The server chooses one.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of its output. If longer than 64 KB, the beginning and the end are kept.',
    }),
    reason: t.string({ description: 'The reason in a few words; cut off after 4,000 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  leaseTask: t.field({
    type: LeaseOffer,
    description: internal(
      'Leases one attempt at a task to a worker, if a task is ready. At most 128 requests of one worker, by its name and address, may wait at once; further requests fail with the code `TOO_MANY_REQUESTS`. Requires the `work` scope.',
    ),
    authScopes: { work: true },
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: LeaseTaskInput, required: true, description: 'What the worker can run.' }) },
    resolve: async (_root, { input: { waitMs, ...input } }, { store, viewer, signal }) => {
      const wait = readInput(waitInput, { waitMs }).waitMs ?? 0;
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
      const from = { viewer: viewer.id, address: viewer.address };
      const asked = readInput(leaseTaskInput, given);
      const lease = await awaitLease(store, asked, wait, signal, from);
      return { lease, worker: asked.worker, upMs: asked.upMs };
    },
  }),
  extendLease: t.field({
    type: ExtendedLeaseType,
    description: internal(
      'The heartbeat of a worker: extends its lease, and returns whether its task was cancelled. Requires the `work` scope.',
    ),
    authScopes: { work: true },
    errors: { types: [InvalidInputError, LostLeaseError] },
    args: { input: t.arg({ type: ExtendLeaseInput, required: true, description: 'The lease.' }) },
    resolve: (_root, { input: { leaseId, waitMs } }, { store, signal }) => {
      const wait = readInput(waitInput, { waitMs }).waitMs ?? 0;
      return extendLease(store, readInput(leaseKey, { leaseId }).leaseId, wait, signal);
    },
  }),
  finishAttempt: t.field({
    type: TaskType,
    description: internal(
      'Reports how an attempt ended. The server decides the status of the task. Repeating the same report changes nothing. Requires the `work` scope.',
    ),
    authScopes: { work: true },
    errors: { types: [InvalidInputError, LostLeaseError, UnknownLeaseError] },
    args: {
      input: t.arg({
        type: FinishAttemptInput,
        required: true,
        description: 'The lease and the outcome of its attempt.',
      }),
    },
    resolve: (_root, { input: { leaseId, ...report } }, { store }) => {
      const { leaseId: key } = readInput(leaseKey, { leaseId });
      const given = Object.fromEntries(Object.entries(report).filter(([, value]) => value !== null));
      return finishAttempt(
        store,
        key,
        readInput(attemptReport, { ...given, remarks: remarksOnLink(report.outputsUri) }),
      );
    },
  }),
}));
