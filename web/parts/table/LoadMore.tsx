import type { ReactNode } from 'react';
import { listTexts } from '../../texts/parts.ts';
import css from './table.module.css';

/** The end of a list: how many rows there are, and the way to more. */
export function LoadMore({
  shown,
  noun,
  hasMore,
  isLoading,
  onMore,
}: {
  shown: number;
  noun: string;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}): ReactNode {
  return (
    <div className={css.end}>
      <span className="muted">
        {hasMore ? listTexts.shown(shown, noun) : listTexts.shownAll(shown, noun)}
      </span>
      {hasMore && (
        <button type="button" onClick={onMore} disabled={isLoading}>
          {isLoading ? listTexts.loadingMore : listTexts.more}
        </button>
      )}
    </div>
  );
}
