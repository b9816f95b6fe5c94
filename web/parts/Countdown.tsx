import { type ReactNode, useEffect, useState } from 'react';
import { countdownTexts } from '../texts/parts.ts';

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

/** Writes what is left the way people plan by it: `in 3 d 4 h`, `in 2 h 5 min`, `in 12 min`. */
export function writeLeft(ms: number): string {
  if (ms <= 0) return countdownTexts.over;
  const minutes = Math.ceil(ms / minuteMs);
  if (minutes < 60) return countdownTexts.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? countdownTexts.hours(hours, minutes % 60)
    : countdownTexts.days(Math.floor(hours / 24), hours % 24);
}
