import { ownValue } from '../contract/ownValue.ts';
import { InvalidInputError } from '../domain/input/errors.ts';
import type { Context } from './context.ts';
import type { NodeKey } from './nodeId.ts';
import { nodeKinds } from './nodeKinds.ts';

/** The most ids that `nodes` takes. */
export const maxNodeIds = 100;

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
  const byType = Map.groupBy(keys, ({ typename }) => typename);
  const found = new Map(
    await Promise.all(
      [...byType].map(async ([typename, ofType]) => {
        const ids = ofType.map(({ id }) => id);
        const rows: (object | null)[] = (await ownValue(nodeKinds, typename)?.find(store.db, ids)) ?? [];
        return [typename, rows] as const;
      }),
    ),
  );
  return keys.map(({ typename }) => {
    const node = found.get(typename)?.shift();
    return node ? { ...node, __typename: typename } : null;
  });
}

type Node = object & { __typename: string };
