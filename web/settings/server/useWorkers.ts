import { useState } from 'react';
import { useAsk } from '../../data/useAsk.ts';
import { SeenWorkersDocument, type SeenWorkersQuery, type WorkerState } from '../../generated/graphql.ts';
import { useNews } from '../../live/useLive.ts';
import { freshAmong, keepInPlace } from './keepInPlace.ts';

export type Worker = SeenWorkersQuery['workers']['nodes'][number];

const present: WorkerState[] = ['BUSY', 'IDLE', 'DRAINING'];

/** No event tells that a worker comes, waits or goes. */
const lookAgainMs = 10_000;

/** Workers that stand still while one looks at them, each as it is now. */
export interface StillWorkers {
  rows: readonly Worker[] | undefined;
  error: unknown;
  /** Whether there are more than are read. */
  isCut: boolean;
  /** How many there are beside those shown. */
  fresh: number;
  showFresh(): void;
  readAgain(): void;
}

/** Reads the workers, with those that are gone where they are wanted, again and again. */
export function useWorkers(withGone: boolean): StillWorkers {
  const { data, error, refetch } = useAsk(
    SeenWorkersDocument,
    { states: withGone ? null : present },
    { everyMs: lookAgainMs },
  );
  useNews(() => refetch(), ['TASK', 'RUN']);
  const [shown, setShown] = useState<{ withGone: boolean; data?: SeenWorkersQuery; rows: readonly Worker[] }>(
    { withGone, rows: [] },
  );
  // An answer is taken in before it is drawn, so that no row is drawn twice.
  if (data !== undefined && (shown.data !== data || shown.withGone !== withGone)) {
    const before = shown.withGone === withGone ? shown.rows : [];
    const { nodes, pageInfo } = data.workers;
    setShown({ withGone, data, rows: keepInPlace(before, nodes, pageInfo.hasNextPage) });
  }
  const now = data?.workers.nodes ?? [];
  return {
    rows: data && shown.rows,
    error,
    isCut: data?.workers.pageInfo.hasNextPage ?? false,
    fresh: freshAmong(shown.rows, now),
    showFresh: () => setShown((last) => ({ ...last, rows: now })),
    readAgain: () => void refetch(),
  };
}
