import type { ReactNode } from 'react';
import css from '../parts/StatusMark.module.css';
import { trendTexts } from '../texts/trends.ts';

/** A rise, and an up and down. */
const shapes = { slowing: 'm2.5 12 4-4 2.5 2.5L13.5 5m-4-.5h4v4', flaky: 'm1.5 8 3-4.5 4 9 3-9L14.5 8' };

/** What is to be said of a step, by icon, word and colour. */
export function NoteMark({ note }: { note: keyof typeof shapes }): ReactNode {
  return (
    <span className={`${css.mark} ${css.wait}`} title={trendTexts[note].help}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[note]} />
      </svg>
      {trendTexts.steps[note]}
    </span>
  );
}
