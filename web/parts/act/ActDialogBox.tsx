import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useId, useState } from 'react';
import { actionTexts } from '../../texts/actions.ts';
import dialog from '../DialogBox.module.css';
import { Text } from '../Text.tsx';
import css from './act.module.css';
import type { ActDialogProps } from './actDialogProps.ts';

/** The dialog itself, which brings its library along. */
export default function ActDialogBox({
  title,
  confirm,
  isDangerous = false,
  typed,
  isBusy,
  refusal,
  said,
  onConfirm,
  onClose,
  children,
}: ActDialogProps): ReactNode {
  const [text, setText] = useState('');
  const isReady = !isBusy && (typed === undefined || text.trim() === typed);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !isBusy && onClose()} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={dialog.popup}>
          <Dialog.Title className={dialog.title}>
            <bdi>{title}</bdi>
          </Dialog.Title>
          <form
            className={css.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (isReady) onConfirm();
            }}
          >
            {children}
            {typed !== undefined && <Typed typed={typed} text={text} onText={setText} />}
            {refusal && (
              <div className={css.refusal} role="alert">
                {said ?? <Text>{refusal.text}</Text>}
              </div>
            )}
            <div className={dialog.buttons}>
              <Dialog.Close disabled={isBusy}>{actionTexts.back}</Dialog.Close>
              <button type="submit" className={isDangerous ? css.danger : 'primary'} disabled={!isReady}>
                {isBusy ? actionTexts.busy : confirm}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Typed({
  typed,
  text,
  onText,
}: {
  typed: string;
  text: string;
  onText: (text: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {actionTexts.type} <strong>{<Text>{typed}</Text>}</strong>
      </label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => onText(target.value)}
      />
    </div>
  );
}
