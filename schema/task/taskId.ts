import { InvalidInputError } from '../../domain/errors.ts';
import type { builder } from '../builder.ts';
import { decodeNodeId } from '../nodeId.ts';

/** The two ways to name a task. */
export interface TaskKey {
  id?: string | null | undefined;
  databaseId?: number | null | undefined;
}

/** What builds the fields of an input. */
export type InputFieldBuilder = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The fields of an input that names a task. */
export function taskKeyFields(t: InputFieldBuilder) {
  return {
    id: t.id({ description: 'The global `id` of the task; give this or `databaseId`.' }),
    databaseId: t.int({ description: 'The number of the task, as REST and SQL know it; give this or `id`.' }),
  };
}

/**
 * Reads the number of the task that a caller named in one of the two ways.
 * @throws InvalidInputError when it is not exactly one, or names no task
 */
export function readTaskId({ id, databaseId }: TaskKey): number {
  if ((id == null) === (databaseId == null)) {
    const came = id == null ? 'neither' : 'both';
    throw invalid([], `must have exactly one of id and databaseId, got ${came}`, 'one_of');
  }
  if (databaseId != null) return databaseId;
  const node = decodeNodeId(id ?? '');
  if (node.typename === 'Task') return Number(node.id);
  throw invalid(['id'], `expected the id of a Task, got one of a ${node.typename}`, 'invalid_id');
}

/** Reads the numbers of tasks that were named all in one way. @throws InvalidInputError */
export function readTaskIds({
  ids,
  databaseIds,
  tasks,
}: {
  ids?: readonly string[] | null | undefined;
  databaseIds?: readonly number[] | null | undefined;
  tasks?: readonly TaskKey[] | null | undefined;
}): number[] {
  const given = [ids, databaseIds, tasks].filter((one) => one != null).length;
  if (given !== 1) {
    const message = `must have exactly one of ids, databaseIds and tasks, got ${given === 0 ? 'none' : given}`;
    throw invalid([], message, 'one_of');
  }
  const keys =
    tasks ?? ids?.map((id) => ({ id })) ?? databaseIds?.map((databaseId) => ({ databaseId })) ?? [];
  return keys.map(readTaskId);
}

function invalid(path: string[], message: string, type: string): InvalidInputError {
  return new InvalidInputError([{ path, message, type }]);
}
