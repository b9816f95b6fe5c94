import { InvalidInputError } from '../../domain/input/errors.ts';
import { builder } from '../builder.ts';
import { decodeNodeId } from '../nodeId.ts';

/** The two ways to name a task. */
interface TaskKey {
  id?: string | null | undefined;
  databaseId?: number | null | undefined;
}

/** An input that names a task: by a key, or in the older way by fields of its own. */
export interface NamesTask extends TaskKey {
  task?: TaskKey | null | undefined;
}

/** What builds the fields of an input. */
export type InputFieldBuilder = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** `TaskKeyInput`: which task. */
export const TaskKeyInput = builder.inputType('TaskKeyInput', {
  description: 'Which task. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its global `id`.' }),
    databaseId: t.int({ description: 'Its ID in REST and SQL.' }),
  }),
});

/** Why the older ways to name a task are deprecated. */
export const olderKey = (newer: string, field: string) =>
  ({ deprecationReason: `Use \`${newer}: { ${field}: … }\`.` }) as const;

/** The fields of an input that names a task. */
export function taskKeyFields(t: InputFieldBuilder) {
  return {
    task: t.field({
      type: TaskKeyInput,
      description: 'The task. Prefer this to `id` and `databaseId`, which are deprecated.',
    }),
    id: t.id({ description: 'Deprecated: the global `id` of the task.', ...olderKey('task', 'id') }),
    databaseId: t.int({
      description: 'Deprecated: the ID of the task in REST and SQL.',
      ...olderKey('task', 'databaseId'),
    }),
  };
}

/**
 * Reads the number of the task that a caller named in one of the ways.
 * @throws InvalidInputError when it is not exactly one, or names no task
 */
export function readTaskId({ task, id, databaseId }: NamesTask, newer = 'task'): number {
  if (task == null) return readKey({ id, databaseId }, []);
  if (id == null && databaseId == null) return readKey(task, [newer]);
  throw invalid([], `must name the task once, got more than one of ${newer}, id and databaseId`, 'one_of');
}

/** Reads a key; a compiled operation has not checked that it is one. */
function readKey({ id, databaseId }: TaskKey, path: string[]): number {
  if ((id == null) === (databaseId == null)) {
    const came = id == null ? 'neither' : 'both';
    throw invalid(path, `must have exactly one of id and databaseId, got ${came}`, 'one_of');
  }
  if (databaseId != null) return databaseId;
  const node = decodeNodeId(id ?? '');
  if (node.typename === 'Task') return Number(node.id);
  throw invalid([...path, 'id'], `expected the id of a Task, got one of type ${node.typename}`, 'invalid_id');
}

/** Reads the numbers of tasks that were named all in one way. @throws InvalidInputError */
export function readTaskIds({
  ids,
  databaseIds,
  tasks,
}: {
  ids?: readonly string[] | null | undefined;
  databaseIds?: readonly number[] | null | undefined;
  tasks?: readonly NamesTask[] | null | undefined;
}): number[] {
  const given = [ids, databaseIds, tasks].filter((one) => one != null).length;
  if (given !== 1) {
    const message = `must have exactly one of tasks, ids and databaseIds, got ${given === 0 ? 'none' : given}`;
    throw invalid([], message, 'one_of');
  }
  const keys: readonly NamesTask[] =
    tasks ?? ids?.map((id) => ({ id })) ?? databaseIds?.map((databaseId) => ({ databaseId })) ?? [];
  return keys.map((key) => readTaskId(key));
}

function invalid(path: string[], message: string, type: string): InvalidInputError {
  return new InvalidInputError([{ path, message, type }]);
}
