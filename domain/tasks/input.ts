import * as z from 'zod';
import {
  errorText,
  jsonObject,
  link,
  logExcerpt,
  name,
  note,
  reference,
  time,
} from '../../contract/input/text.ts';
import { approvalStates } from '../../contract/words/approvals.ts';
import { taskStatuses } from '../../contract/words/taskStatus.ts';
import { InvalidInputError } from '../input/errors.ts';

/** The largest value of PostgreSQL's `integer`, which `id` and `duration_ms` are. */
export const maxInteger = 2_147_483_647;

const durationMs = z.int().min(0).max(maxInteger);

/** What makes a task; `startedAt` left out means now, null means not yet started. */
export const createTaskInput = z.object({
  task: name(64),
  runId: name(64),
  status: z.enum(taskStatuses),
  startedAt: time.nullish(),
  finishedAt: time.nullish(),
  durationMs: durationMs.nullish(),
  inputs: jsonObject.nullish(),
  outputsUri: link.nullish(),
  logExcerpt: logExcerpt.nullish(),
});
export type CreateTaskInput = z.output<typeof createTaskInput>;

/** What may change in a task: only the given fields change, null clears. */
export const taskChanges = z.object({
  status: z.enum(taskStatuses).optional(),
  startedAt: time.nullish(),
  finishedAt: time.nullish(),
  durationMs: durationMs.nullish(),
  outputsUri: link.nullish(),
  logExcerpt: logExcerpt.nullish(),
  approvalState: z.enum(approvalStates).nullish(),
  approver: name(128).nullish(),
  approvalNote: note.nullish(),
  webhookNotifiedAt: time.nullish(),
  webhookError: errorText.nullish(),
});
export type TaskChanges = z.output<typeof taskChanges>;

/** Why somebody decides as they do; optional, at most 4,000 characters, and an empty one is none. */
export const decisionNote = note.nullish().transform((text) => text || null);

/** A commit of a pull request, in hexadecimal. */
export const headSha = z
  .string()
  .regex(/^[0-9a-f]{40,64}$/i, { error: 'expected the 40 or 64 hexadecimal digits of a commit' });

/** The key by which a repeated request is recognised. */
export const idempotencyKey = name(255);

/** What is searched for; so short a text would be found everywhere. */
export const searchText = name(100).refine((text) => [...text].length >= 2, {
  error: 'must have at least 2 characters',
});

/** Which tasks a list holds; several values of one filter mean any of them, several filters mean all of them. */
export const taskFilter = z.object({
  statuses: z.array(z.enum(taskStatuses)).max(taskStatuses.length).optional(),
  tasks: z.array(reference(64)).max(50).optional(),
  runIds: z.array(reference(64)).max(50).optional(),
  approvalStates: z.array(z.enum(approvalStates)).max(approvalStates.length).optional(),
  /** Whether only failures that somebody has acknowledged, or only those that nobody has; `ofFailures` sees to the status. */
  acknowledged: z.boolean().nullish(),
  /** Started at this time or later. */
  since: time.nullish(),
  /** Started before this time. */
  until: time.nullish(),
  /** With this in the name of its step or run, its reason, note or link. */
  text: searchText.nullish(),
});
export type TaskFilter = z.output<typeof taskFilter> & {
  /** Whether those that are reported from outside are left out; callers cannot ask for that. @default false */
  isOfEngine?: boolean;
};

/** Gives a filter by whose acknowledgement is asked the one status that has any. @throws InvalidInputError for another one */
export function ofFailures(filter: TaskFilter): TaskFilter {
  const { acknowledged, statuses = [] } = filter;
  if (acknowledged == null) return filter;
  const other = statuses.find((status) => status !== 'failed');
  if (other === undefined) return { ...filter, statuses: ['failed'] };
  const message = `goes with the status failed alone, got ${other}`;
  throw new InvalidInputError([{ path: ['acknowledged'], message, type: 'not_failed' }]);
}

/** The filters that hold any of several values. */
export type ListFilter = {
  [Name in keyof TaskFilter]-?: NonNullable<TaskFilter[Name]> extends readonly string[] ? Name : never;
}[keyof TaskFilter];

/**
 * The column of each such filter, and whether an index begins with it: `alone`, or `together` with those that follow. Of
 * several that lead alone the first is read through its index.
 */
export const listFilters: Record<ListFilter, { column: string; leads: 'alone' | 'together' | 'never' }> = {
  runIds: { column: 'run_id', leads: 'alone' },
  approvalStates: { column: 'approval_state', leads: 'alone' },
  tasks: { column: 'task', leads: 'together' },
  statuses: { column: 'status', leads: 'together' },
};
