import type { ReactNode } from 'react';
import { type DecisionAction, decisionActions } from '../../contract/words/decisions.ts';
import type { InboxRowFragment } from '../generated/graphql.ts';
import { decisionTexts, approvalTexts as texts } from '../texts/approvals.ts';
import css from './Inbox.module.css';
import type { Selection } from './useSelection.ts';

/** Decides several at once. It keeps its place while nothing is selected, so that no row moves. */
export function BulkBar({
  rows,
  selection,
  onDecide,
}: {
  rows: readonly InboxRowFragment[];
  selection: Selection;
  onDecide: (action: DecisionAction) => void;
}): ReactNode {
  const open = rows.filter(
    ({ state, mayDecide }) => state === 'PENDING' && mayDecide.approve && !mayDecide.hasVoted,
  );
  const count = selection.items.length;
  return (
    <section className={css.bulk} aria-label={texts.bulk}>
      <span className="numbers">{texts.selected(count)}</span>
      {count === 0 ? (
        <button type="button" disabled={open.length === 0} onClick={() => selection.select(open, true)}>
          {texts.selectAll}
        </button>
      ) : (
        <>
          {decisionActions.map((action) => (
            <button
              key={action}
              type="button"
              className={action === 'approve' ? 'primary' : css.apart}
              onClick={() => onDecide(action)}
            >
              {decisionTexts.bulk[action]}
            </button>
          ))}
          <button type="button" className="plain" onClick={selection.clear}>
            {texts.unselect}
          </button>
        </>
      )}
    </section>
  );
}
