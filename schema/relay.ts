import { pageSize } from '../domain/input/page.ts';
import { decodeNodeId, encodeNodeId } from './nodeId.ts';
import { loadNode, loadNodes, maxNodeIds } from './nodes.ts';

/** How Relay's conventions look here: their names, nullability and the texts that GraphiQL shows. */
export const relayOptions = {
  encodeGlobalID: encodeNodeId,
  decodeGlobalID: decodeNodeId,
  nodesOnConnection: { description: 'The nodes of the page, for callers that need no cursors.' },
  nodeTypeOptions: { description: 'Anything with a global id, to be read again with `node`.' },
  idFieldOptions: { description: 'The opaque global id, for `node` and for mutations.' },
  nodeQueryOptions: {
    description: 'Any object by its global id; null when there is none (any more).',
    authScopes: { read: true },
    args: { id: { description: 'The `id` that another answer gave.' } },
    resolve: loadNode,
  },
  nodesQueryOptions: {
    description: `Several objects by their global ids, at most ${maxNodeIds}, in that order; null where there is none.`,
    authScopes: { read: true },
    args: { ids: { description: `At most ${maxNodeIds} values of \`id\` that other answers gave.` } },
    resolve: loadNodes,
  },
  pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
  hasNextPageFieldOptions: {
    description:
      'Whether there is more after this page. Backward (`last`), an empty page costs one statement more to tell.',
  },
  hasPreviousPageFieldOptions: {
    description:
      'Whether there is more before this page. Forward (`first`), an empty page costs one statement more to tell.',
  },
  startCursorFieldOptions: {
    description: 'The cursor of the first node, for `before`; null when the page is empty.',
  },
  endCursorFieldOptions: {
    description: 'The cursor of the last node, for `after`; null when the page is empty.',
  },
  pageInfoFieldOptions: { description: 'Where the page stands in the list.' },
  edgesFieldOptions: {
    description: 'The nodes of the page, each with its cursor.',
    nullable: false,
  },
  nodeFieldOptions: { description: 'The node itself.', nullable: false },
  cursorFieldOptions: { description: 'The position of the node in the list, for `after` and `before`.' },
  firstArgOptions: {
    description: `How many nodes to take from the start: 0 to ${pageSize.max}, ${pageSize.default} when neither first nor last is given.`,
  },
  lastArgOptions: { description: `How many nodes to take from the end: 0 to ${pageSize.max}.` },
  afterArgOptions: { description: 'Only what comes after the node with this cursor.' },
  beforeArgOptions: { description: 'Only what comes before the node with this cursor.' },
} as const;
