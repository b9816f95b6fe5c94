import type { RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { GraphqlHandlerOptions } from './handler.ts';

/**
 * Loads what answers `/graphql`, which takes longer than all the rest of a server. It comes piece by piece: a request that
 * arrives meanwhile waits for one of them at most.
 */
export async function loadGraphql(options: GraphqlHandlerOptions): Promise<RequestListener> {
  for (const load of pieces) {
    await turn();
    await load();
  }
  await turn();
  const { createGraphqlHandler } = await import('./handler.ts');
  await turn();
  return createGraphqlHandler(options);
}

/** Each has most of what the next one needs. */
const pieces = [
  () => import('graphql'),
  () => import('graphql-yoga'),
  () => import('../../schema/builder.ts'),
  () => import('../../schema/index.ts'),
];
