import type { ReactNode } from 'react';
import type { InboxRowFragment } from '../generated/graphql.ts';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { FreshRows } from '../parts/table/FreshRows.tsx';
import { LoadMore } from '../parts/table/LoadMore.tsx';
import { approvalTexts as texts } from '../texts/approvals.ts';
import css from './Inbox.module.css';
import { InboxRow } from './InboxRow.tsx';
import type { InboxGroup } from './useInbox.ts';
import type { Selection } from './useSelection.ts';

/** One half of the inbox. */
export function InboxList({
  title,
  none,
  group,
  open,
  selection,
}: {
  title: string;
  none: string;
  group: InboxGroup;
  /** The number of the task whose card is open. */
  open: number | undefined;
  selection: Selection;
}): ReactNode {
  const { rows, error, retry } = group;
  return (
    <section className={css.group} aria-label={title}>
      <h2>{title}</h2>
      <FreshRows count={group.fresh} noun={texts.noun} onShow={group.showFresh} />
      {rows === undefined && (error ? <Problem error={error} onRetry={retry} /> : <Loading rows={4} />)}
      {rows?.length === 0 && <p className={`muted ${css.none}`}>{none}</p>}
      {rows !== undefined && rows.length > 0 && (
        <>
          <ul className={css.rows}>
            {rows.map((row: InboxRowFragment) => (
              <InboxRow
                key={row.id}
                row={row}
                isOpen={row.task.databaseId === open}
                isSelected={selection.has(row)}
                onSelect={(is) => selection.select([row], is)}
              />
            ))}
          </ul>
          <LoadMore
            shown={rows.length}
            noun={texts.noun}
            hasMore={group.hasMore}
            isLoading={group.isLoadingMore}
            onMore={group.loadMore}
          />
        </>
      )}
    </section>
  );
}
