import type { ReactNode } from 'react';
import { listTexts } from '../../texts/parts.ts';
import css from './table.module.css';

/** Says how many rows are new, and shows them when asked: until then nothing moves. */
export function FreshRows({
  count,
  noun,
  onShow,
}: {
  count: number;
  noun: string;
  onShow: () => void;
}): ReactNode {
  const text = count >= 50 ? listTexts.manyFresh(noun) : listTexts.fresh(count, noun);
  return (
    <div className={css.fresh} role="status">
      {count > 0 && (
        <button type="button" className="primary" onClick={onShow}>
          {`${text}: ${listTexts.showFresh}`}
        </button>
      )}
    </div>
  );
}
