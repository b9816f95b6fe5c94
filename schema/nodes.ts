import { InvalidInputError } from '../domain/errors.ts';
import { findRuns } from '../domain/runs/read.ts';
import type { Run } from '../domain/runs/run.ts';
import { findListed } from '../domain/tasks/read.ts';
import type { ListedTask } from '../domain/tasks/task.ts';
import type { Context } from './context.ts';

/** The most ids that `nodes` takes. */
export const maxNodeIds = 100;

/** A global id, read. */
export interface NodeKey {
  typename: string;
  id: string;
}

/** Resolves `Query.node`. */
export async function loadNode(_root: unknown, { id }: { id: NodeKey }, context: Context) {
  const [node] = await load([id], context);
  return node ?? null;
}

/** Resolves `Query.nodes`, with one statement for each type of node. */
export function loadNodes(_root: unknown, { ids }: { ids: NodeKey[] }, context: Context) {
  if (ids.length <= maxNodeIds) return load(ids, context);
  const message = `expected at most ${maxNodeIds} ids, got ${ids.length}`;
  throw new InvalidInputError([{ path: ['ids'], message, type: 'too_big' }]);
}

/** The type's name tells GraphQL which kind of node each is. */
async function load(keys: NodeKey[], { store }: Context): Promise<(Node | null)[]> {
  const idsOf = (typename: string) => keys.filter((key) => key.typename === typename).map((key) => key.id);
  const [taskIds, runIds] = [idsOf('Task').map(Number), idsOf('Run')];
  const [tasks, runs] = await Promise.all([
    taskIds.length > 0 ? findListed(store.db, taskIds) : [],
    runIds.length > 0 ? findRuns(store.db, runIds) : [],
  ]);
  return keys.map(({ typename }) => {
    const found = typename === 'Task' ? tasks.shift() : runs.shift();
    return found ? { ...found, __typename: typename } : null;
  });
}

type Node = (ListedTask | Run) & { __typename: string };
