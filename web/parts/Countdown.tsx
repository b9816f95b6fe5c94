import { type ReactNode, useEffect, useState } from 'react';
import { writeLeft } from '../../contract/text/timeLeft.ts';

const minuteMs = 60_000;

/** How long it is until a moment, kept up to date. */
export function Countdown({ until }: { until: string }): ReactNode {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs / 2);
    return () => clearInterval(timer);
  }, []);
  return <span className="numbers">{writeLeft(new Date(until).getTime() - now)}</span>;
}
