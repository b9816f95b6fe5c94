import { useEffect, useEffectEvent } from 'react';
import type { Change, LiveEvent } from './events.ts';
import { onLive } from './live.ts';

/** How soon after an event a view reads again; what else comes meanwhile is read with it. */
const gatherMs = 400;

/** What came together: the global ids that changed, and whether more may have. */
export interface News {
  ids: ReadonlySet<string>;
  isGap: boolean;
}

/** What may be told of: tasks, runs and approvals. */
const allKinds: readonly Change['kind'][] = ['TASK', 'RUN', 'APPROVAL'];

/**
 * Calls back when something of some kinds changed at the server: soon, and once for what comes together. An approval changes
 * with a vote, without its task; a run when its tasks do.
 */
export function useNews(onNews: (news: News) => void, kinds = allKinds): void {
  const tell = useEffectEvent(onNews);
  const isWanted = useEffectEvent(({ kind }: Change) => kinds.includes(kind));
  useEffect(() => {
    let ids = new Set<string>();
    let isGap = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const news = { ids, isGap };
      ids = new Set();
      isGap = false;
      tell(news);
    };
    // What a hidden tab hears waits until somebody looks at it.
    const flushSoon = () => {
      if (document.visibilityState === 'visible' && (isGap || ids.size > 0))
        timer ??= setTimeout(flush, gatherMs);
    };
    const hear = (event: LiveEvent) => {
      if (event.type === 'gap') isGap = true;
      else for (const change of event.changes) if (isWanted(change)) ids.add(change.id);
      flushSoon();
    };
    const stop = onLive(hear);
    document.addEventListener('visibilitychange', flushSoon);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', flushSoon);
      clearTimeout(timer);
    };
  }, []);
}
