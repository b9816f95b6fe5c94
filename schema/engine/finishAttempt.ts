import { remarksOnLink } from '../../contract/input/link.ts';
import { attemptReport } from '../../domain/engine/attemptReport.ts';
import { LostLeaseError, UnknownLeaseError } from '../../domain/engine/errors.ts';
import { type FinishedAttempt, finishAndLease } from '../../domain/engine/finishAndLease.ts';
import { finishAttempt } from '../../domain/engine/finishAttempt.ts';
import { type LeaseTaskInput, leaseTaskInput } from '../../domain/engine/leaseTypes.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { boundsFor } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { internal } from '../internal.ts';
import { needs } from '../needs.ts';
import { mayWorkOn } from '../ownWork.ts';
import { TaskType } from '../tasks/task.ts';
import { AttemptEndingEnum } from './attempt.ts';
import { LeaseOffer, LeaseTaskInputType, leaseKey } from './leases.ts';

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
    next: t.field({
      type: LeaseTaskInputType,
      description:
        'What the worker can run next, if it wants more: the answer then may carry its next lease. It is no part of the report, which counts whatever becomes of this; `waitMs` has no effect here.',
    }),
  }),
});

interface Finished extends FinishedAttempt {
  wish?: LeaseTaskInput;
}

const FinishedAttemptType = builder.objectRef<Finished>('FinishedAttempt').implement({
  description: internal('An attempt whose report was taken.'),
  fields: (t) => ({
    task: t.expose('task', { type: TaskType, description: 'The task as it is now.' }),
    next: t.field({
      type: LeaseOffer,
      nullable: true,
      description:
        'What the server offers the worker next; null if it did not ask, or if that could not be found out. Then ask with `leaseTask`, with the same `requestId`.',
      resolve: ({ next, wish }) => (next && wish ? { ...next, worker: wish.worker, upMs: wish.upMs } : null),
    }),
  }),
});

builder.mutationField('finishAttempt', (t) =>
  t.field({
    type: FinishedAttemptType,
    description: internal(
      'Reports how an attempt ended, and leases the next task if `next` asks for one. The server decides the status of the task. Repeating the same report changes nothing and returns the same lease. Requires the `work` scope.',
    ),
    authScopes: needs('finishAttempt'),
    errors: { types: [InvalidInputError, LostLeaseError, UnknownLeaseError] },
    args: {
      input: t.arg({
        type: FinishAttemptInput,
        required: true,
        description: 'The lease and the outcome of its attempt.',
      }),
    },
    resolve: async (_root, { input: { leaseId, next, ...given } }, context): Promise<Finished> => {
      const { store, viewer } = context;
      const key = readInput(leaseKey, { leaseId }).leaseId;
      const remarks = remarksOnLink(given.outputsUri);
      const report = readInput(attemptReport, { ...withoutNulls(given), remarks });
      const wish = wishOf(next);
      const bounds = boundsFor(viewer, 'work');
      if (wish === undefined || !(await mayWorkOn(context, wish.runIds)))
        return { task: await finishAttempt(store, key, report, bounds), next: null };
      return { ...(await finishAndLease(store, key, report, wish, bounds)), wish };
    },
  }),
);

/** What is wrong with a wish keeps no report from counting. */
function wishOf(next: object | null | undefined): LeaseTaskInput | undefined {
  return next == null ? undefined : leaseTaskInput.safeParse(withoutNulls(next)).data;
}

function withoutNulls(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}
