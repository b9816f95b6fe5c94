import { type ReactNode, useEffect, useState } from 'react';
import { writeLeft } from '../../contract/text/timeLeft.ts';
import { clockShift } from '../data/serverClock.ts';
import { useShared } from '../data/shared.ts';

const minuteMs = 60_000;

/** How long it is until a moment, kept up to date. */
export function Countdown({ until }: { until: string }): ReactNode {
  const [now, setNow] = useState(Date.now);
  const shift = useShared(clockShift);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs / 2);
    return () => clearInterval(timer);
  }, []);
  return <span className="numbers">{writeLeft(new Date(until).getTime() - now - shift)}</span>;
}
