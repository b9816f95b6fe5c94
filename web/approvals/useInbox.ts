import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '../data/ask.ts';
import { listKey } from '../data/queryClient.ts';
import {
  InboxNewsDocument,
  type InboxNewsQuery,
  InboxPageDocument,
  type InboxPageQuery,
  type InboxRowFragment,
} from '../generated/graphql.ts';
import { type News, useNews } from '../live/useLive.ts';

type Pages = InfiniteData<InboxPageQuery, string | null>;

/** As many rows as are asked for at once: with the pages of the API, and with its `nodes`. */
const pageSize = 50;
const nodesAtOnce = 50;

/** Half of the inbox, by expiry: it stands still, so that what is decided stays in its place and what is new is counted. */
export interface InboxGroup {
  rows: readonly InboxRowFragment[] | undefined;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  retry(): void;
  /** How many are new among those shown, or before them. */
  fresh: number;
  showFresh(): void;
}

/** Reads what waits for the viewer, or what waits for others. */
export function useInbox(mine: boolean): InboxGroup {
  const client = useQueryClient();
  const [fresh, setFresh] = useState(0);
  const key = keyOfGroup(mine);
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(InboxPageDocument, { mine, first: pageSize, after: pageParam }, signal),
    getNextPageParam: ({ approvals: { pageInfo } }) =>
      pageInfo.hasNextPage ? pageInfo.endCursor : undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shownOf = (which: boolean) => rowsOf(client.getQueryData<Pages>(keyOfGroup(which)));

  const look = async ({ ids, isGap }: News) => {
    if (client.getQueryData(key) === undefined) return;
    const shown = shownOf(mine);
    const wanted = shown.filter(({ id, task }) => isGap || ids.has(id) || ids.has(task.id));
    const parts = Array.from({ length: Math.max(1, Math.ceil(wanted.length / nodesAtOnce)) }, (_, part) =>
      wanted.slice(part * nodesAtOnce, (part + 1) * nodesAtOnce).map(({ id }) => id),
    );
    const answers = await Promise.all(parts.map((some) => ask(InboxNewsDocument, { ids: some, mine })));
    const now = new Map(answers.flatMap(({ nodes }) => nodes.filter(isRow).map((row) => [row.id, row])));
    client.setQueryData<Pages>(key, (pages) => pages && withRows(pages, now));
    // Whoever votes sees the row stay where it was, and not come as a new one of the others.
    const known = new Set([...shown, ...shownOf(!mine)].map(({ id }) => id));
    const last = query.hasNextPage ? shown.at(-1) : undefined;
    const there = answers.at(-1)?.approvals.nodes ?? [];
    setFresh(there.filter((one) => !known.has(one.id) && isBefore(one, last)).length);
  };
  // What fails is asked again with the next news; that the server is lost stands above the view.
  const lookQuietly = (news: News) => void look(news).catch(() => undefined);
  useNews(lookQuietly);

  const wasThere = query.data !== undefined;
  // A list that was left and is opened again may have missed something.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (wasThere) lookQuietly({ ids: new Set(), isGap: true });
  }, []);

  return {
    rows: query.data && rowsOf(query.data as Pages),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
    fresh,
    showFresh() {
      setFresh(0);
      client.setQueryData<Pages>(
        key,
        (pages) => pages && { pages: pages.pages.slice(0, 1), pageParams: pages.pageParams.slice(0, 1) },
      );
      void query.refetch();
    },
  };
}

function keyOfGroup(mine: boolean) {
  return listKey('approvals', { mine });
}

function rowsOf(pages: Pages | undefined): InboxRowFragment[] {
  const rows = (pages?.pages ?? []).flatMap(({ approvals }) => approvals.nodes);
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function withRows(pages: Pages, now: ReadonlyMap<string, InboxRowFragment>): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      approvals: { ...page.approvals, nodes: page.approvals.nodes.map((row) => now.get(row.id) ?? row) },
    })),
  };
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
