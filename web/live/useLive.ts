import { useEffect, useEffectEvent } from 'react';
import type { LiveEvent } from './events.ts';
import { lookAt, onLive } from './live.ts';

/** How soon after an event a view reads again; what else comes meanwhile is read with it. */
const gatherMs = 400;

/** What came together: the global ids that changed, and whether more may have. */
export interface News {
  ids: ReadonlySet<string>;
  isGap: boolean;
}

/** Calls back when something changed at the server: soon, and once for what comes together. */
export function useNews(onNews: (news: News) => void): void {
  const tell = useEffectEvent(onNews);
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
      else for (const { id } of event.changes) ids.add(id);
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

/** Has the changes of a run be heard while a view shows it. */
export function useLookAt(runId: string | undefined): void {
  useEffect(() => {
    lookAt(runId);
    return () => lookAt(undefined);
  }, [runId]);
}
