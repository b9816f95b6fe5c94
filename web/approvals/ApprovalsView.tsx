import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import type { InboxRowFragment } from '../generated/graphql.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { useWide } from '../parts/useWide.ts';
import { useTitle } from '../shell/useTitle.ts';
import { approvalTexts as texts } from '../texts/approvals.ts';
import { BulkBar } from './BulkBar.tsx';
import { Card } from './card/Card.tsx';
import type { Item } from './decide/DecideDialog.tsx';
import css from './Inbox.module.css';
import { InboxList } from './InboxList.tsx';
import { useInbox } from './useInbox.ts';
import { useSelection } from './useSelection.ts';

const DecideDialog = lazy(() => import('./decide/DecideDialog.tsx'));

const noRows: readonly InboxRowFragment[] = [];

/** `/approvals`: what waits for a decision, by expiry, mine first; `/approvals/42`: the card of one beside it. */
export function Component(): ReactNode {
  const given = useParams().task;
  const isWide = useWide();
  const mine = useInbox(true);
  const others = useInbox(false);
  const rows = [...(mine.rows ?? noRows), ...(others.rows ?? noRows)];
  const selection = useSelection(rows);
  const [dialog, setDialog] = useState<{ action: DecisionAction; items: readonly Item[] }>();
  const first = useFirst(mine.rows === undefined || others.rows === undefined ? undefined : rows);
  const open = given === undefined ? (isWide ? first : undefined) : Number(given);
  const [wish, setWish] = useWish(open);
  useTitle(texts.title);
  const showsList = isWide || given === undefined;
  const isEmpty = mine.rows?.length === 0 && others.rows?.length === 0 && mine.fresh + others.fresh === 0;
  if (isEmpty && given === undefined)
    return (
      <div className={css.view}>
        <h1>{texts.title}</h1>
        <Empty {...texts.empty} />
      </div>
    );
  return (
    <div className={css.view}>
      {showsList && <h1>{texts.title}</h1>}
      <div className={css.columns}>
        {showsList && (
          <div className={css.list}>
            <BulkBar
              rows={rows}
              selection={selection}
              onDecide={(action) => setDialog({ action, items: selection.items })}
            />
            <InboxList
              title={texts.mine}
              none={texts.noneMine}
              group={mine}
              open={open}
              selection={selection}
            />
            <InboxList
              title={texts.others}
              none={texts.noneOthers}
              group={others}
              open={open}
              selection={selection}
            />
          </div>
        )}
        <div className={css.card}>
          {open !== undefined && (
            <Card key={open} task={open} isAlone={!showsList} wish={wish} onWish={setWish} />
          )}
        </div>
      </div>
      {dialog && (
        <Suspense>
          <DecideDialog {...dialog} onDone={() => selection.clear()} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

/** The first row that was there: it stays the one that is open, whatever comes before it later. */
function useFirst(rows: readonly InboxRowFragment[] | undefined): number | undefined {
  const [first, setFirst] = useState<number>();
  const found = rows?.[0]?.task.databaseId;
  if (first === undefined && found !== undefined) setFirst(found);
  return first ?? found;
}

const keys: Readonly<Record<string, DecisionAction | undefined>> = { a: 'approve', r: 'reject' };

/** What a key asked for: `a` and `r` open the dialog for the row that has the focus, else for the open card. */
function useWish(
  open: number | undefined,
): [DecisionAction | undefined, (wish: DecisionAction | undefined) => void] {
  const navigate = useNavigate();
  // The card of another row may still stand while its own is opened.
  const [wish, setWish] = useState<{ action: DecisionAction; task: number }>();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = keys[event.key];
    if (action === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const { target } = event;
    if (!(target instanceof Element) || target.matches(writes)) return;
    if (document.querySelector('[role="dialog"]') !== null) return;
    const focused = target.closest<HTMLElement>('[data-task]')?.dataset.task;
    if (focused === undefined && open === undefined) return;
    event.preventDefault();
    setWish({ action, task: focused === undefined ? Number(open) : Number(focused) });
    if (focused !== undefined && Number(focused) !== open)
      void navigate(`/approvals/${focused}`, { preventScrollReset: true });
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return [
    wish !== undefined && wish.task === open ? wish.action : undefined,
    (action) => setWish(action && open !== undefined ? { action, task: open } : undefined),
  ];
}

const writes = 'input:not([type="checkbox"]), textarea, select, [contenteditable]';
