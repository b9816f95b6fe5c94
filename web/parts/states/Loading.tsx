import type { ReactNode } from 'react';
import { stateTexts } from '../../texts/parts.ts';
import css from './states.module.css';

/** Stands where something is being read, as tall as what will come. */
export function Loading({ rows = 8 }: { rows?: number }): ReactNode {
  return (
    <div className={css.loading} role="status">
      <span className="hidden">{stateTexts.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all the same
        <div key={row} className={css.bar} />
      ))}
    </div>
  );
}
