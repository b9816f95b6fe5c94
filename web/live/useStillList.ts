import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listKey } from '../data/queryClient.ts';
import type { Change } from './events.ts';
import type { News } from './gather.ts';
import { useNews } from './useLive.ts';

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
export interface ListSource<Row extends RowWithId, Newest extends RowWithId = RowWithId> {
  /** The name of the list, and what it is filtered by. */
  name: string;
  filter: object;
  readPage(after: string | null, signal: AbortSignal): Promise<RowPage<Row>>;
  /** Reads rows as they are now, and what the first page has. */
  readNews(ids: string[]): Promise<{ rows: Row[]; first: Newest[] }>;
  /** How many rows are read again at once. @default 100 */
  newsAtOnce?: number;
  /** What changes the rows. @default all that is told of */
  kinds?: readonly Change['kind'][];
  /** Says whether a row changed with one of these. @default by its own id */
  isOf?(row: Row, ids: ReadonlySet<string>): boolean;
  /** Says whether what is on the first page and not shown is new to whoever looks. @default always */
  isNew?(one: Newest, shown: { last: Row | undefined; hasMore: boolean }): boolean;
}

/** A list that stands still: what changes is shown in its place, and what is new is only counted. */
export interface StillList<Row> {
  rows: readonly Row[] | undefined;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  retry(): void;
  /** How many rows are new beside those shown; 50 means that many or more. */
  fresh: number;
  showFresh(): void;
}

/** How many pages are read without being asked for. */
const mostAtOnce = 20;

/** Reads the rows that match, page by page, and keeps what is shown up to date. */
export function useStillList<Row extends RowWithId, Newest extends RowWithId = RowWithId>(
  source: ListSource<Row, Newest>,
): StillList<Row> {
  const { newsAtOnce = 100, isOf = (row, ids) => ids.has(row.id), isNew = () => true } = source;
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
    const wanted = shown.filter((row) => isGap || isOf(row, ids));
    if (wanted.length === 0 && !isGap && [...ids].every((id) => known.has(id))) return;
    const parts = Array.from({ length: Math.max(1, Math.ceil(wanted.length / newsAtOnce)) }, (_, part) =>
      wanted.slice(part * newsAtOnce, (part + 1) * newsAtOnce).map(({ id }) => id),
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
    const first = answers.at(-1)?.first ?? [];
    const about = { last: shown.at(-1), hasMore: query.hasNextPage };
    setFresh(first.filter((one) => !known.has(one.id) && isNew(one, about)).length);
  };
  // What fails is asked again with the next news; that the server is lost stands above the view.
  const lookQuietly = (news: News) => look(news).catch(() => undefined);
  useNews(lookQuietly, source.kinds);

  // A search looks at so many rows for a page, and goes on by itself where it found none among them.
  const { fetchNextPage } = query;
  const pages = query.data?.pages ?? [];
  const goesOn =
    query.hasNextPage && pages.length < mostAtOnce && pages.at(-1)?.nodes.length === 0 && !query.isFetching;
  useEffect(() => {
    if (goesOn && query.error === null) void fetchNextPage();
  }, [goesOn, query.error, fetchNextPage]);

  const wasThere = query.data !== undefined;
  const keyText = JSON.stringify(key);
  // A list that was left and is opened again may have missed something.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each list
  useEffect(() => {
    setFresh(0);
    if (wasThere) void lookQuietly({ ids: new Set(), isGap: true });
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
