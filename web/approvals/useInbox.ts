import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { ask } from '../data/ask.ts';
import { listKey } from '../data/queryClient.ts';
import {
  InboxNewsDocument,
  type InboxNewsQuery,
  InboxPageDocument,
  type InboxRowFragment,
} from '../generated/graphql.ts';
import { type StillList, useStillList } from '../live/useStillList.ts';

/** Half of the inbox, by expiry: what is decided stays in its place. */
export type InboxGroup = StillList<InboxRowFragment>;

type Newest = InboxNewsQuery['approvals']['nodes'][number];

/** Reads what waits for the viewer, or what waits for others. */
export function useInbox(mine: boolean): InboxGroup {
  const client = useQueryClient();
  const isInOtherHalf = (id: string) => {
    const key = listKey('approvals', { mine: !mine });
    const shown = client.getQueryData<InfiniteData<{ nodes: readonly { id: string }[] }>>(key);
    return shown?.pages.some(({ nodes }) => nodes.some((row) => row.id === id)) ?? false;
  };
  return useStillList<InboxRowFragment, Newest>({
    name: 'approvals',
    filter: { mine },
    newsAtOnce: 50,
    async readPage(after, signal) {
      return (await ask(InboxPageDocument, { mine, first: 50, after }, signal)).approvals;
    },
    async readNews(ids) {
      const { nodes, approvals } = await ask(InboxNewsDocument, { ids, mine });
      return { rows: nodes.filter(isRow), first: approvals.nodes };
    },
    isOf: ({ id, task }, ids) => ids.has(id) || ids.has(task.id),
    // Whoever votes sees the row stay where it was, and not come as a new one of the others.
    isNew: (one, { last, hasMore }) => !isInOtherHalf(one.id) && isBefore(one, hasMore ? last : undefined),
  });
}

function isRow(node: InboxNewsQuery['nodes'][number]): node is InboxRowFragment {
  return node !== null && 'mayDecide' in node;
}

/** Whether one belongs before the last row that is shown, which more would follow. */
function isBefore(
  one: { expiresAt: string | null },
  last: { expiresAt: string | null } | undefined,
): boolean {
  if (last === undefined) return true;
  if (one.expiresAt === null) return false;
  return last.expiresAt === null || one.expiresAt < last.expiresAt;
}
