import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useRef, useState } from 'react';
import { shortSha } from '../../../contract/approvals/cardTexts.ts';
import type { DecisionAction } from '../../../contract/words/decisions.ts';
import type { InboxRowFragment } from '../../generated/graphql.ts';
import { announce } from '../../parts/announce.ts';
import box from '../../parts/DialogBox.module.css';
import { Text } from '../../parts/Text.tsx';
import { approvalTexts, decisionTexts as texts } from '../../texts/approvals.ts';
import { PullTitle } from '../PullTitle.tsx';
import type { Shown } from '../shown.ts';
import css from './DecideDialog.module.css';
import { decide, type Result } from './decide.ts';
import { NoteField } from './NoteField.tsx';
import { ResultLine } from './ResultLine.tsx';

/** One that is decided: as it is, and as it was shown. */
export interface Item {
  row: InboxRowFragment;
  shown: Shown;
}

/** Asks before something is decided, of one or of several, and shows what came of each. Opening it decides nothing. */
export default function DecideDialog({
  action,
  items,
  firstNote = '',
  onClose,
  onDone,
}: {
  action: DecisionAction;
  items: readonly Item[];
  firstNote?: string;
  onClose: () => void;
  /** What came of it; whoever opened it may close it then. */
  onDone?: (results: readonly Result[]) => void;
}): ReactNode {
  // What stands here does not change while somebody reads it.
  const [fixed] = useState(items);
  const [note, setNote] = useState(firstNote);
  const [isBusy, setBusy] = useState(false);
  const [results, setResults] = useState<Result[]>();
  const popup = useRef<HTMLDivElement>(null);
  const [only] = fixed;
  const name = only === undefined ? '' : approvalTexts.name(only.row.task.task, only.row.task.databaseId);
  const title = fixed.length === 1 ? texts.titles[action](name) : texts.many[action](fixed.length);
  const run = async () => {
    setBusy(true);
    const came = await decide(
      action,
      fixed.map(({ shown }) => shown),
      note,
    );
    setBusy(false);
    setResults(came);
    // The button that was pressed is gone.
    popup.current?.focus();
    announce(
      fixed.length === 1
        ? texts.result(name, came[0]?.text ?? '')
        : texts.summary(came.filter(({ ok }) => ok).length, came.length),
    );
    onDone?.(came);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !isBusy && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={box.backdrop} />
        <Dialog.Popup className={`${box.popup} ${css.popup}`} ref={popup}>
          <Dialog.Title className={box.title}>
            <Text>{results === undefined ? title : texts.doneTitle}</Text>
          </Dialog.Title>
          {action !== 'approve' && results === undefined && <p>{texts.what[action]}</p>}
          <ul className={css.items} aria-label={texts.items}>
            {fixed.map(({ row, shown }, at) => (
              <li key={row.id}>
                <span className={css.name}>
                  <Text>{approvalTexts.name(row.task.task, row.task.databaseId)}</Text>
                  {shown.headSha !== null && <code>{shortSha(shown.headSha)}</code>}
                </span>
                <PullTitle row={row} />
                {results === undefined ? (
                  action === 'approve' && (
                    <span className="muted">
                      <Text>{texts.what.approve(row.consequence.text)}</Text>
                    </span>
                  )
                ) : (
                  <ResultLine result={results[at]} />
                )}
              </li>
            ))}
          </ul>
          {results === undefined && <NoteField value={note} onChange={setNote} isDisabled={isBusy} />}
          <div className={box.buttons}>
            {results === undefined ? (
              <>
                <Dialog.Close disabled={isBusy}>{texts.keep}</Dialog.Close>
                <button
                  type="button"
                  className={action === 'approve' ? 'primary' : css.danger}
                  disabled={isBusy}
                  onClick={() => void run()}
                >
                  {isBusy ? texts.busy : texts.confirm[action]}
                </button>
              </>
            ) : (
              <Dialog.Close>{texts.close}</Dialog.Close>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
