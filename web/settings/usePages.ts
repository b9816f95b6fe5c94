import { useInfiniteQuery } from '@tanstack/react-query';
import { ask } from '../data/ask.ts';
import { keyOf } from '../data/useAsk.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

/** A page of a list, as connections have it. */
interface Page<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A list that is read page by page. */
export interface Pages<Row> {
  rows: readonly Row[] | undefined;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  /** Reads again what is shown. */
  readAgain(): void;
}

/** Reads a list page by page; `pick` finds it in the answer. */
export function usePages<Result, Variables extends { first?: unknown; after?: unknown }, Row>(
  document: TypedDocumentString<Result, Variables>,
  variables: Omit<Variables, 'first' | 'after'>,
  pick: (result: Result) => Page<Row>,
  { enabled = true, first = 50 }: { enabled?: boolean; first?: number } = {},
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey: keyOf(document, variables as Variables),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(document, { ...variables, first, after: pageParam } as unknown as Variables, signal),
    getNextPageParam: (last: Result) => {
      const { hasNextPage, endCursor } = pick(last).pageInfo;
      return hasNextPage ? endCursor : undefined;
    },
    enabled,
  });
  return {
    rows: query.data?.pages.flatMap((page) => [...pick(page).nodes]),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    readAgain: () => void query.refetch(),
  };
}
