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
    leaseId: t.exposeString('leaseId', { description: 'What the worker names when it extends or reports.' }),
    serverId: t.exposeString('serverId', {
      description: 'Which server gives it: the id of its database, by which a kept report finds it again.',
    }),
    databaseId: t.exposeInt('taskId', { description: 'The number of the task.' }),
    task: t.exposeString('task', { description: 'The name of the step to run.' }),
    runId: t.exposeString('runId', { description: 'The run.' }),
    planHash: t.exposeString('planHash', {
      description: 'The hash of the plan that names the step, as registering it gave it.',
    }),
    runCreatedAt: t.expose('runCreatedAt', {
      type: 'DateTime',
      description:
        "When the run was made, by the database's clock: its steps are those that the plan file had then.",
    }),
    number: t.exposeInt('number', { description: 'The number of the attempt, from 1.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: "When it lapses, by the database's clock.",
    }),
    holdsForMs: t.exposeInt('holdsForMs', {
      description: 'Milliseconds that it still holds, for a clock that differs.',
    }),
    inputs: t.expose('inputs', { type: 'JSON', nullable: true, description: 'What the run was given.' }),
    needs: t.expose('needs', {
      type: 'JSON',
      description:
        'The outputs of each needed task, by its name; null where those of all would be more than 16 MB.',
    }),
  }),
});

interface Offer {
  lease: Lease | null;
  worker: string;
  upMs: number | undefined;
}

const LeaseOffer = builder.objectRef<Offer>('LeaseOffer').implement({
  description: internal('What there is for a worker.'),
  fields: (t) => ({
    lease: t.expose('lease', {
      type: LeaseType,
      nullable: true,
      description: 'A lease; null when nothing is due.',
    }),
    drained: t.boolean({
      description:
        'Whether the worker was told to leave: it gets nothing any more, and ends once what it runs has.',
      resolve: ({ lease, worker, upMs }, _args, { store }) =>
        lease === null && upMs != null && wasDrained(store.db, worker, upMs),
    }),
  }),
});

const ExtendedLeaseType = builder.objectRef<ExtendedLease>('ExtendedLease').implement({
  description: internal('A lease that holds for its whole time again.'),
  fields: (t) => ({
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: "When it lapses, by the database's clock.",
    }),
    holdsForMs: t.exposeInt('holdsForMs', { description: 'Milliseconds until then.' }),
    cancelled: t.exposeBoolean('cancelled', {
      description: 'Whether the task was cancelled: end its command and report.',
    }),
    drained: t.exposeBoolean('drained', {
      description: 'Whether the worker was told to leave since the attempt began: ask for nothing new.',
    }),
  }),
});

const StepRepoInput = builder.inputType('StepRepoInput', {
  description: internal('A step that names the repository of its pull requests.'),
  fields: (t) => ({
    task: t.string({ required: true, description: 'The name of the step.' }),
    repo: t.string({ required: true, description: 'The repository, as `owner/name`.' }),
  }),
});

const PlanSourceInput = builder.inputType('PlanSourceInput', {
  description: internal(
    'Where the steps of a plan, or of an exclusive run, come from. It is no part of the plan.',
  ),
  fields: (t) => ({
    planHash: t.string({ description: 'The hash of the plan.' }),
    runId: t.string({ description: 'Instead: the exclusive run.' }),
    origin: t.string({
      description:
        "The address of the checkout's remote `origin`, without a password; empty for none, left out when it could not be read.",
    }),
    repos: t.field({ type: [StepRepoInput], description: 'The steps that name their repository.' }),
  }),
});

const LeaseTaskInput = builder.inputType('LeaseTaskInput', {
  description: internal('What a worker can run.'),
  fields: (t) => ({
    worker: t.string({
      required: true,
      description: "The worker's name, for the record; 1 to 128 characters.",
    }),
    requestId: t.string({
      required: true,
      description:
        'A UUID for each request: the same one again gives the same lease, should the answer be lost.',
    }),
    planHashes: t.stringList({
      description: 'The plans whose steps it can run, by the hashes that registering them gave.',
    }),
    runIds: t.stringList({ description: 'The exclusive runs that are its own.' }),
    labels: t.stringList({ description: 'What it is labelled with.' }),
    upMs: t.field({
      type: 'SafeInt',
      description:
        'Milliseconds since the worker started, by which one that was told to leave is told from its successor.',
    }),
    sources: t.field({ type: [PlanSourceInput], description: 'Where those plans and runs come from.' }),
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
      description: `How long the answer may wait for a cancellation, in milliseconds; at most ${maxWaitMs} and half the time of the lease. Default 0.`,
    }),
  }),
});

const FinishAttemptInput = builder.inputType('FinishAttemptInput', {
  description: internal('How an attempt ended and what it made; never a status.'),
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'The lease of the attempt.' }),
    ending: t.field({
      type: AttemptEndingEnum,
      required: true,
      description: 'How it ended; any but `LOST`.',
    }),
    exitCode: t.int({
      description:
        'With the ending `EXIT`, and only then; the skipCode of the step, 77 unless the plan says another, means skipped.',
    }),
    signal: t.string({ description: "The signal's name, with the ending `SIGNAL`." }),
    durationMs: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Run time of the command in milliseconds.',
    }),
    outputs: t.field({
      type: 'JSON',
      description:
        'The key=value pairs that it made. A JSON object of texts, 256 KB in all; what does not fit is left out, and the excerpt says so.',
    }),
    outputsUri: t.string({
      description:
        'The link that it declared as what it made. What cannot be one, or is over 512 characters, is kept as text, cut off or dropped, with a remark.',
    }),
    candidates: t.stringList({
      description:
        'Links that it printed and that may be what it made, pull requests and artifacts, the first one first; at most 200. The server chooses.',
    }),
    logExcerpt: t.string({
      description:
        'First and last lines of what it printed; of more than 64 KB the beginning and the end are kept.',
    }),
    reason: t.string({ description: 'Why, in a few words; cut off after 4,000 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  leaseTask: t.field({
    type: LeaseOffer,
    description: internal(
      'Gives a worker the right to one attempt at a task, when one is due. At most 128 requests of one worker, by its name and address, may wait at once; more get the code `TOO_MANY_REQUESTS`. Needs the `work` scope.',
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
      'Says that a worker is still there, and hears whether its task was cancelled. Needs the `work` scope.',
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
      'Reports how an attempt ended; the server decides what that makes of the task. The same report again changes nothing. Needs the `work` scope.',
    ),
    authScopes: { work: true },
    errors: { types: [InvalidInputError, LostLeaseError, UnknownLeaseError] },
    args: {
      input: t.arg({
        type: FinishAttemptInput,
        required: true,
        description: 'The lease and what came of it.',
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
