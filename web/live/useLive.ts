import { useEffect, useEffectEvent } from 'react';
import type { Change } from './events.ts';
import { gatherNews, type News } from './gather.ts';
import { onLive } from './live.ts';

/** What may be told of: tasks, runs and approvals. */
const allKinds: readonly Change['kind'][] = ['TASK', 'RUN', 'APPROVAL'];

/**
 * Calls back when something of some kinds changed at the server, with what came together; not again before what that returns
 * is done. An approval changes with a vote, without its task; a run when its tasks do.
 */
export function useNews(onNews: (news: News) => unknown, kinds = allKinds): void {
  const tell = useEffectEvent(onNews);
  const isWanted = useEffectEvent(({ kind }: Change) => kinds.includes(kind));
  useEffect(() => {
    // What a hidden tab hears waits until somebody looks at it.
    const isSeen = () => document.visibilityState === 'visible';
    const { hear, look, stop } = gatherNews({
      tell: (news) => tell(news),
      isWanted: (one) => isWanted(one),
      isSeen,
    });
    const leave = onLive(hear);
    document.addEventListener('visibilitychange', look);
    return () => {
      leave();
      document.removeEventListener('visibilitychange', look);
      stop();
    };
  }, []);
}
