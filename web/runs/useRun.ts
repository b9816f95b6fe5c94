import { useAsk } from '../data/useAsk.ts';
import { RunViewDocument, type RunViewQuery } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { isOpen } from './outcome.ts';

export type Run = NonNullable<RunViewQuery['run']>;

/** Reads a run with its tasks, and follows it. */
export function useRun(runId: string | undefined) {
  const query = useAsk(RunViewDocument, { runId: runId ?? '' }, { enabled: runId !== undefined });
  const run = query.data?.run;
  useNews(({ ids, isGap }) => {
    if (runId === undefined) return undefined;
    // A run that is under way may get tasks that are not known yet.
    const isOurs = !run || isOpen(run) || ids.has(run.id) || run.tasks.nodes.some(({ id }) => ids.has(id));
    return isGap || isOurs ? query.refetch() : undefined;
  });
  return query;
}
