import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useAsk } from '../data/useAsk.ts';
import {
  TrendsViewDocument,
  type TrendsViewQuery,
  type TrendsViewQueryVariables,
} from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';

/** Figures over many days are read again at most so often, however much happens. */
const everyMs = 10_000;

/** Reads the trends, and again after runs or approvals changed, or while the server still counts older days. */
export function useTrends(
  variables: TrendsViewQueryVariables,
  enabled: boolean,
): UseQueryResult<TrendsViewQuery> {
  const answer = useAsk(TrendsViewDocument, variables, { keepLast: true, enabled });
  const { data, refetch } = answer;
  const readSoon = useSpaced(() => {
    if (enabled) void refetch();
  });
  useNews(readSoon, ['RUN', 'APPROVAL']);
  const isCounting = data !== undefined && data.trends.completeSince !== null;
  const readAgain = useEffectEvent(() => {
    if (enabled && document.visibilityState === 'visible') void refetch();
  });
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(readAgain, everyMs);
    return () => clearInterval(timer);
  }, [isCounting]);
  return answer;
}

/** Calls at once, and then at most once in a while. */
function useSpaced(act: () => void): () => void {
  const call = useEffectEvent(act);
  const last = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return () => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        last.current = Date.now();
        call();
      },
      Math.max(0, last.current + everyMs - Date.now()),
    );
  };
}
