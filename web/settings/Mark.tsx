import type { ReactNode } from 'react';
import css from '../parts/StatusMark.module.css';

/** How well something stands. */
export type Tone = 'good' | 'wait' | 'bad' | 'calm';

/** A shape for each, so that nobody has to tell colours apart. */
const shapes: Record<Tone, ReactNode> = {
  good: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  wait: <path d="M5.5 3.5v9m5-9v9" />,
  bad: <path d="m4 4 8 8m0-8-8 8" />,
  calm: <path d="M3.5 8h9" />,
};

/** A state by icon, word and colour. */
export function Mark({ tone, title, children }: { tone: Tone; title?: string; children: string }): ReactNode {
  return (
    <span className={`${css.mark} ${css[tone]}`} title={title}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {shapes[tone]}
      </svg>
      {children}
    </span>
  );
}
