import { QueryClient } from '@tanstack/react-query';
import { AskError } from './askError.ts';

/** What the page has read. Live events say when something is to be read again, so nothing becomes stale by itself. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      // A server of this computer is there without a network.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => error instanceof AskError && error.isPassing && failures < 3,
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000) * (0.5 + Math.random() / 2),
    },
    mutations: { networkMode: 'always' },
  },
});

/** The key of a list that stands still: it reads by itself what is new, and is not read again as a whole. */
export function listKey(list: string, filter: object) {
  return ['list', list, filter] as const;
}

/** Has everything that is shown be read again, but lists that stand still and have rows. */
export function readAgain(): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey, state }) => queryKey[0] !== 'list' || state.data === undefined,
  });
}
