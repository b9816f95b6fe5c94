import * as z from 'zod';
import { InvalidInputError } from '../domain/input/errors.ts';
import { mayDo } from '../domain/input/viewer.ts';
import { isOfOwnRun, isOwnWork, mayReadInputs, runsStartedBy, startedAll } from '../domain/runs/own.ts';
import type { TaskFilter } from '../domain/tasks/input.ts';
import type { Context } from './context.ts';
import { type NamesTask, readTaskId } from './tasks/taskId.ts';
import { refusal } from './unauthorized.ts';

/** Who asks. Here stands what the scope `work` alone is enough for: what the shipped worker and `nightshift run` do. */
type Asking = Pick<Context, 'store' | 'viewer'>;

/** Says whether runs are the viewer's own: it started them. */
export function areOwnRuns({ store, viewer }: Asking, runIds: readonly string[]): Promise<boolean> {
  return startedAll(store.db, viewer, runIds);
}

/** Says whether a run that is to be started is for its starter alone: the content comes with it, and no other worker may take it. */
export function isForItself({
  from,
  definition,
  exclusive,
  runId,
}: {
  from?: { definition?: unknown } | null | undefined;
  definition?: unknown;
  exclusive?: boolean | null | undefined;
  runId?: string | null | undefined;
}): boolean {
  return exclusive === true && runId == null && (from?.definition ?? definition) != null;
}

/** Says whether the engine runs a task for a run of the viewer's own. */
export async function isTaskOfOwnRun(
  { store, viewer }: Asking,
  key: NamesTask,
  newer?: string,
): Promise<boolean> {
  const taskId = knownId(key, newer);
  return taskId !== undefined && isOfOwnRun(store.db, viewer, taskId);
}

/**
 * Says whether a change only notes who was notified of a task that the viewer works on: of a run of its own, or one at
 * which it made an attempt, whose lease it shows.
 */
export async function isOwnNote(
  { store, viewer }: Asking,
  {
    task,
    id,
    databaseId,
    leaseId,
    webhookNotifiedAt: _at,
    webhookError: _error,
    ...more
  }: NamesTask & { leaseId?: string | null | undefined; webhookNotifiedAt?: unknown; webhookError?: unknown },
): Promise<boolean> {
  if (Object.values(more).some((value) => value !== undefined)) return false;
  const taskId = knownId({ task, id, databaseId });
  if (taskId === undefined) return false;
  return isOwnWork(store.db, viewer, { taskId, leaseId: z.uuid().safeParse(leaseId).data });
}

/** Narrows which tasks a list holds to those that the viewer may read: all, or what the engine runs for its own runs. */
export async function readableOnly({ store, viewer }: Asking, filter: TaskFilter): Promise<TaskFilter> {
  if (mayDo(viewer, 'read')) return filter;
  const { runIds = [] } = filter;
  const own = await runsStartedBy(store.db, viewer, runIds.length > 0 ? runIds : undefined);
  return { ...filter, runIds: own.length > 0 ? own : noRun, isOfEngine: true };
}

/** No run has this id. */
const noRun = [''];

/** Says whether a viewer that may work may take the tasks of exclusive runs: of its own, or as an operator of all. */
export function mayWorkOn(
  context: Asking,
  runIds: readonly string[] | null | undefined,
): boolean | Promise<boolean> {
  const { viewer } = context;
  if (runIds == null || runIds.length === 0) return true;
  return mayDo(viewer, 'operate') || !mayDo(viewer, 'work') || areOwnRuns(context, runIds);
}

/**
 * Refuses what hangs on an object that the viewer was given for what it did to it: that is for readers, and of a run for
 * the worker that started it. An answer shows the row of the task or the run alone, without what a run was given.
 * @throws GraphQLError
 */
export function requireReader({ viewer }: Asking, run?: { startedBy: string | null }): void {
  if (mayDo(viewer, 'read')) return;
  if (run !== undefined && run.startedBy === viewer.id && mayDo(viewer, 'work')) return;
  throw refusal(viewer, 'read');
}

/** Refuses what hangs on a task to who is no reader and has not started its run. @throws GraphQLError */
export async function requireReaderOfRun(context: Context, runId: string): Promise<void> {
  if (!mayDo(context.viewer, 'read')) requireReader(context, (await context.loadRun(runId)) ?? undefined);
}

/** Refuses what a run was given to who neither may read nor started it. @throws GraphQLError */
export function requireReaderOfInputs({ viewer }: Asking, run: { startedBy: string | null }): void {
  if (!mayReadInputs(viewer, run)) throw refusal(viewer, 'read');
}

/** The number of a task that a caller names, where it names one. */
function knownId(key: NamesTask, newer?: string): number | undefined {
  try {
    return readTaskId(key, newer);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
