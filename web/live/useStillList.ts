import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listKey } from '../data/queryClient.ts';
import type { Change } from './events.ts';
import { type News, useNews } from './useLive.ts';

/** A row that has an id all over the API. */
interface RowWithId {
  id: string;
}

/** A page of rows as the API gives it. */
interface RowPage<Row> {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Where the rows of a list come from. */
export interface ListSource<Row extends RowWithId> {
  /** The name of the list, and what it is filtered by. */
  name: string;
  filter: object;
  readPage(after: string | null, signal: AbortSignal): Promise<RowPage<Row>>;
  /** Reads rows as they are now, at most 100, and the ids of the first page. */
  readNews(ids: string[]): Promise<{ rows: Row[]; newest: string[] }>;
  /** What the rows are, as changes name it. */
  kind: Change['kind'];
}

/** A list that stands still: what changes is shown in its place, and what is new is only counted. */
export interface StillList<Row> {
  rows: readonly Row[] | undefined;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  retry(): void;
  /** How many rows are newer than those shown; 50 means that many or more. */
  fresh: number;
  showFresh(): void;
}

const nodesAtOnce = 100;

/** Reads the rows that match, page by page, and keeps what is shown up to date. */
export function useStillList<Row extends RowWithId>(source: ListSource<Row>): StillList<Row> {
  type Pages = InfiniteData<RowPage<Row>, string | null>;
  const client = useQueryClient();
  const [fresh, setFresh] = useState(0);
  const key = listKey(source.name, source.filter);
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => source.readPage(pageParam, signal),
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    staleTime: Number.POSITIVE_INFINITY,
  });

  const look = async ({ ids, isGap }: News) => {
    const pages = client.getQueryData<Pages>(key)?.pages;
    if (pages === undefined) return;
    const shown = rowsOf(pages);
    const known = new Set(shown.map(({ id }) => id));
    const wanted = shown.filter((row) => isGap || ids.has(row.id));
    if (wanted.length === 0 && !isGap && [...ids].every((id) => known.has(id))) return;
    const parts = Array.from({ length: Math.max(1, Math.ceil(wanted.length / nodesAtOnce)) }, (_, part) =>
      wanted.slice(part * nodesAtOnce, (part + 1) * nodesAtOnce).map(({ id }) => id),
    );
    const answers = await Promise.all(parts.map((some) => source.readNews(some)));
    const now = new Map(answers.flatMap(({ rows }) => rows.map((row) => [row.id, row])));
    client.setQueryData<Pages>(
      key,
      (pages) =>
        pages && {
          ...pages,
          pages: pages.pages.map((page) => ({
            ...page,
            nodes: page.nodes.map((row) => now.get(row.id) ?? row),
          })),
        },
    );
    setFresh((answers.at(-1)?.newest ?? []).filter((id) => !known.has(id)).length);
  };
  // What fails is asked again with the next news; that the server is lost stands above the view.
  const lookQuietly = (news: News) => void look(news).catch(() => undefined);
  useNews(lookQuietly, [source.kind]);

  const wasThere = query.data !== undefined;
  const keyText = JSON.stringify(key);
  // A list that was left and is opened again may have missed something.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each list
  useEffect(() => {
    setFresh(0);
    if (wasThere) lookQuietly({ ids: new Set(), isGap: true });
  }, [keyText]);

  return {
    rows: query.data && rowsOf(query.data.pages),
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

function rowsOf<Row extends RowWithId>(pages: readonly RowPage<Row>[] = []): Row[] {
  // A row that moves while the list is walked can come twice.
  return [...new Map(pages.flatMap(({ nodes }) => nodes).map((row) => [row.id, row])).values()];
}
