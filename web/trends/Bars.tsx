import type { ReactNode } from 'react';
import css from './Bars.module.css';

export type BarTone = 'good' | 'bad' | 'wait' | 'calm' | 'main' | 'pale';

/** The bars of a share that is good, and of the rest that is bad. */
export function shareOf(rate: number): { to: number; from?: number; tone: BarTone }[] {
  return [
    { to: rate, tone: 'good' },
    { from: rate, to: 1, tone: 'bad' },
  ];
}

/** Bars from the left, on a scale from 0 to 1, each as a line of its own or, `isOne`, upon each other; a number stands beside them. */
export function Bars({
  bars,
  isOne = false,
}: {
  bars: readonly { to: number; from?: number; tone: BarTone }[];
  isOne?: boolean;
}): ReactNode {
  const height = isOne ? 100 : 100 / Math.max(1, bars.length);
  return (
    <svg className={css.bars} aria-hidden="true">
      <rect className={css.ground} width="100%" height="100%" rx="2" />
      {bars.map(({ from = 0, to, tone }, place) => (
        <rect
          key={tone}
          className={css[tone]}
          x={`${from * 100}%`}
          y={`${isOne ? 0 : place * height}%`}
          width={`${to > from ? Math.max(1, (to - from) * 100) : 0}%`}
          height={`${height}%`}
          rx="2"
        />
      ))}
    </svg>
  );
}
