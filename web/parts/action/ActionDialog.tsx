import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useId } from 'react';
import { actionTexts } from '../../texts/actions.ts';
import box from '../DialogBox.module.css';
import { Text } from '../Text.tsx';
import css from './ActionDialog.module.css';

/** Asks before something is done: what will happen, what else is to be said, and why it was refused. */
export function ActionDialog({
  title,
  submit,
  isDangerous = false,
  act: { isBusy, problem },
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** What the button says that does it. */
  submit: string;
  isDangerous?: boolean;
  act: { isBusy: boolean; problem: string | undefined };
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !isBusy && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={box.backdrop} />
        <Dialog.Popup className={box.popup}>
          <Dialog.Title className={box.title}>
            <bdi>{title}</bdi>
          </Dialog.Title>
          <form
            className={css.form}
            aria-describedby={problem === undefined ? undefined : id}
            onSubmit={(event) => {
              event.preventDefault();
              if (!isBusy) void onSubmit();
            }}
          >
            {children}
            <div role="alert" id={id}>
              {problem !== undefined && (
                <p className={css.problem}>
                  <Text>{problem}</Text>
                </p>
              )}
            </div>
            <div className={box.buttons}>
              <Dialog.Close disabled={isBusy}>{actionTexts.back}</Dialog.Close>
              <button type="submit" className={isDangerous ? css.danger : 'primary'} aria-disabled={isBusy}>
                {isBusy ? actionTexts.busy : submit}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
