import type { ReactNode } from 'react';
import { listTexts } from '../../texts/parts.ts';
import css from './table.module.css';

/** The end of a list: how many rows there are, and the way to more. */
export function LoadMore({
  shown,
  noun,
  nouns,
  hasMore,
  isLoading,
  onMore,
}: {
  shown: number;
  noun: string;
  /** Several of them. @default the noun with an s */
  nouns?: string | undefined;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}): ReactNode {
  return (
    <div className={css.end}>
      <span className="muted">
        {hasMore ? listTexts.shown(shown, noun, nouns) : listTexts.shownAll(shown, noun, nouns)}
      </span>
      {hasMore && (
        <button type="button" onClick={onMore} disabled={isLoading}>
          {isLoading ? listTexts.loadingMore : listTexts.more}
        </button>
      )}
    </div>
  );
}
