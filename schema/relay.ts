import { pageSize } from '../domain/input/page.ts';
import { needs } from './needs.ts';
import { decodeNodeId, encodeNodeId } from './nodeId.ts';
import { loadNode, loadNodes, maxNodeIds } from './nodes.ts';

/** How Relay's conventions look here: their names, nullability and the texts that GraphiQL shows. */
export const relayOptions = {
  encodeGlobalID: encodeNodeId,
  decodeGlobalID: decodeNodeId,
  nodesOnConnection: { description: 'The nodes of the page, if you need no cursors.' },
  nodeTypeOptions: { description: 'Anything with a global id. Read it again with `node`.' },
  idFieldOptions: { description: 'The opaque global id, for `node` and for mutations.' },
  nodeQueryOptions: {
    description: 'Any object by its global id; null if it does not exist (any more).',
    authScopes: needs('readNode'),
    args: { id: { description: 'The `id` from another response.' } },
    resolve: loadNode,
  },
  nodesQueryOptions: {
    description: `Several objects by their global ids, at most ${maxNodeIds}, in the order given; null where there is none.`,
    authScopes: needs('readNodes'),
    args: { ids: { description: `At most ${maxNodeIds} values of \`id\` from other responses.` } },
    resolve: loadNodes,
  },
  pageInfoTypeOptions: { description: 'The position of a page in its list.' },
  hasNextPageFieldOptions: {
    description:
      'Whether there are more nodes after this page. With `last`, this costs one more query if the page is empty.',
  },
  hasPreviousPageFieldOptions: {
    description:
      'Whether there are more nodes before this page. With `first`, this costs one more query if the page is empty.',
  },
  startCursorFieldOptions: {
    description:
      'The cursor of the first node, for `before`; null if the page is empty. Of a search by `text` that stopped before it found all, where it stopped.',
  },
  endCursorFieldOptions: {
    description:
      'The cursor of the last node, for `after`; null if the page is empty. Of a search by `text` that stopped before it found all, where it stopped.',
  },
  pageInfoFieldOptions: { description: 'The position of the page in the list.' },
  edgesFieldOptions: {
    description: 'The nodes of the page, each with its cursor.',
    nullable: false,
  },
  nodeFieldOptions: { description: 'The node itself.', nullable: false },
  cursorFieldOptions: { description: 'The position of the node in the list, for `after` and `before`.' },
  firstArgOptions: {
    description: `How many nodes to return from the start: 0 to ${pageSize.max}. Default ${pageSize.default} if neither first nor last is given.`,
  },
  lastArgOptions: { description: `How many nodes to return from the end: 0 to ${pageSize.max}.` },
  afterArgOptions: { description: 'Only nodes after the one with this cursor.' },
  beforeArgOptions: { description: 'Only nodes before the one with this cursor.' },
} as const;
