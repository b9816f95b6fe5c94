import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '../data/ask.ts';
import { listKey } from '../data/queryClient.ts';
import {
  type TaskFilter,
  TaskNewsDocument,
  TaskPageDocument,
  type TaskPageQuery,
  type TaskRowFragment,
} from '../generated/graphql.ts';
import { type News, useNews } from '../live/useLive.ts';

type Pages = InfiniteData<TaskPageQuery, string | null>;

/** As many rows as are asked for at once: with the pages of the API, and with its `nodes`. */
const pageSize = 50;
const nodesAtOnce = 100;

/** A list of tasks that stands still: what changes is shown in its place, and what is new is only counted. */
export interface TaskList {
  rows: readonly TaskRowFragment[] | undefined;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  retry(): void;
  /** How many tasks are newer than those shown; 50 means that many or more. */
  fresh: number;
  showFresh(): void;
}

/** Reads the tasks that match, page by page, and keeps what is shown up to date. */
export function useTaskList(filter: TaskFilter): TaskList {
  const client = useQueryClient();
  const [fresh, setFresh] = useState(0);
  const key = listKey('tasks', filter);
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(TaskPageDocument, { filter, first: pageSize, after: pageParam }, signal),
    getNextPageParam: ({ tasks: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    staleTime: Number.POSITIVE_INFINITY,
  });

  const look = async ({ ids, isGap }: News) => {
    const shown = rowsOf(client.getQueryData<Pages>(key)).map(({ id }) => id);
    const wanted = isGap ? shown : shown.filter((id) => ids.has(id));
    const isAllKnown = !isGap && [...ids].every((id) => shown.includes(id));
    if (query.data === undefined || (wanted.length === 0 && isAllKnown)) return;
    const parts = Array.from({ length: Math.max(1, Math.ceil(wanted.length / nodesAtOnce)) }, (_, part) =>
      wanted.slice(part * nodesAtOnce, (part + 1) * nodesAtOnce),
    );
    const answers = await Promise.all(parts.map((some) => ask(TaskNewsDocument, { ids: some, filter })));
    const now = new Map(
      answers.flatMap(({ nodes }) => nodes.flatMap((node) => (isTask(node) ? [[node.id, node]] : []))),
    );
    client.setQueryData<Pages>(key, (pages) => pages && withRows(pages, now));
    const newest = answers.at(-1)?.tasks.nodes ?? [];
    setFresh(newest.filter(({ id }) => !shown.includes(id)).length);
  };
  // What fails is asked again with the next news; that the server is lost stands above the view.
  const lookQuietly = (news: News) => void look(news).catch(() => undefined);
  useNews(lookQuietly, ['TASK']);

  const wasThere = query.data !== undefined;
  const filterText = JSON.stringify(filter);
  // A list that was left and is opened again may have missed something.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each list
  useEffect(() => {
    setFresh(0);
    if (wasThere) lookQuietly({ ids: new Set(), isGap: true });
  }, [filterText]);

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

function rowsOf(pages: Pages | undefined): TaskRowFragment[] {
  const rows = (pages?.pages ?? []).flatMap(({ tasks }) => tasks.nodes);
  // A task that starts while the list is walked can come twice.
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function withRows(pages: Pages, now: ReadonlyMap<string, TaskRowFragment>): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      tasks: { ...page.tasks, nodes: page.tasks.nodes.map((row) => now.get(row.id) ?? row) },
    })),
  };
}

function isTask(node: unknown): node is TaskRowFragment {
  return typeof node === 'object' && node !== null && 'databaseId' in node && 'task' in node;
}
