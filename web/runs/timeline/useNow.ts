import { useEffect, useState } from 'react';
import { serverNow } from '../../data/serverClock.ts';

/** The present time by the server's clock, once a second while it matters. */
export function useNow(isGoingOn: boolean): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    setNow(serverNow());
    if (!isGoingOn) return;
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, [isGoingOn]);
  return now;
}
